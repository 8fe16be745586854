# expect: correct=all
TABLE = None

def f(x):
    global TABLE
    if TABLE is None:
        TABLE = [bin(i).count("1") % 2 for i in range(256)]
    number = int(x, 2)
    answer = 0
    while number:
        answer ^= TABLE[number & 255]
        number >>= 8
    return answer
