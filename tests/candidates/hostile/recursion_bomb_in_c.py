# expect: trap=all
import json

def f(x):
    return len(json.loads("[" * 100_000 + "]" * 100_000))
