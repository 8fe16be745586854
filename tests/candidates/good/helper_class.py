# expect: correct=all
class Counter:
    def __init__(self):
        self.value = 0

    def feed(self, c):
        self.value ^= c == "1"

def f(x):
    counter = Counter()
    for c in x:
        counter.feed(c)
    return counter.value
