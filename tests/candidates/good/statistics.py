# expect: correct=all
import statistics

def f(x):
    return round(statistics.fmean(map(int, x)) * len(x)) % 2
