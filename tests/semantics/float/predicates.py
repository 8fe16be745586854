# inputs: [[1.0], [1.5], [-3.0], [1e300]]
import math
def f(x):
    v = x[0]
    return v.is_integer() + 2 * math.isnan(v) + 4 * math.isinf(v * 1e10) + 8 * math.isfinite(v) + 16 * (math.copysign(1, -v) > 0)
