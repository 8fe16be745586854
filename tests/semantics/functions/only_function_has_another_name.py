# inputs: ["01"]
LIMIT = 3
def classify(x):
    return len(x) + LIMIT
