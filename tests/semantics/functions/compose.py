# inputs: [[1], [-2]]
# tier: declined
def compose(*fs):
    def run(v):
        for g in reversed(fs):
            v = g(v)
        return v
    return run

def f(x):
    return compose(abs, lambda v: v - 5, lambda v: v * 2)(x[0])
