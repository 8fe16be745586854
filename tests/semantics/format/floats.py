# inputs: [[0.0], [1.5], [-2.675], [1e10], [1e-7], [123456.789]]
def code(s):
    n = 0
    for c in s:
        n = (n * 131 + ord(c)) % 1000000007
    return n

def f(x):
    v = x[0]
    return code(f"{v}|{v:.2f}|{v:10.3f}|{v:e}|{v:.3e}|{v:g}|{v:.3g}|{v:%}|{v:,.1f}|{v:+.0f}|{v:08.2f}|{v:<8.1f}|{v:.0f}|{v:5}|{int(v):.1f}")
