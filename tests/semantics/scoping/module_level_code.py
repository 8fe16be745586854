# inputs: ["01"]
T = []
for i in range(5):
    if i % 2:
        T.append(i * i)
n = 0
while n < 10:
    n += 3
try:
    k = int("z")
except ValueError:
    k = 4
def f(x):
    return sum(T) * 100 + n + k + i
