# inputs: [[5, 1, 4, 1, 3], [2]]
import bisect, heapq
def f(x):
    h = list(x)
    heapq.heapify(h)
    heapq.heappush(h, 2)
    n = 0
    while h:
        n = n * 7 + heapq.heappop(h)
    s = sorted(x)
    bisect.insort(s, 3)
    return n % 1000003 * 100 + bisect.bisect_left(s, 3) * 10 + bisect.bisect(s, 3) + sum(heapq.nlargest(2, x)) + sum(heapq.nsmallest(2, x))
