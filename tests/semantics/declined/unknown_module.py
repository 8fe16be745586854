# tier: declined
# inputs: ["01"]
import statistics
def f(x):
    return statistics.median([1, 2, len(x)])
