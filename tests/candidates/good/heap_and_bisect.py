# expect: correct=all
import bisect
import heapq

def f(x):
    heap = list(map(int, x))
    heapq.heapify(heap)
    ordered = [heapq.heappop(heap) for _ in range(len(heap))]
    return (len(ordered) - bisect.bisect_left(ordered, 1)) % 2
