# inputs: [{"age": 30, "income": 1000.5, "job": "clerk"}, {"age": 70, "income": 0.0, "job": "none"}, {"age": 18, "income": 99999.0, "job": "boss"}]
def f(x):
    score = 0.02 * x["age"] - 0.00001 * x["income"] + {"clerk": 0.1, "boss": -0.3}.get(x["job"], 0)
    if x["job"].startswith("b") and x["income"] > 5e4:
        return 2
    return int(score > 0.65)
