# inputs: [[1, 2, 3], [4, 5], []]
def f(x):
    def outer():
        def helper(v):
            return v + base
        def run(v):
            return helper(v) * 2
        base = len(x)
        return run
    r = outer()
    memo = {}
    def fib(n, memo=memo):
        if n < 2:
            return n
        if n not in memo:
            memo[n] = fib(n - 1) + fib(n - 2)
        return memo[n]
    return r(3) * 1000 + fib(20) + len(memo)
