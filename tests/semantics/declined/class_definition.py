# tier: declined
# inputs: ["01"]
class A:
    def __init__(self, v):
        self.v = v

def f(x):
    return A(len(x)).v
