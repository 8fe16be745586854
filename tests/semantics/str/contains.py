# inputs: ["", "0", "0110", "111"]
def f(x):
    return ("11" in x) + 2 * ("" in x) + 4 * (x in "0110") + 8 * ("0" not in x) + 16 * (x in x) + 32 * (x in ("0", "111")) + 64 * (x in ["1"])
