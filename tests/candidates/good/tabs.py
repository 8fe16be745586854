# expect: correct=all
def f(x):
	if x:
		return x.count("1") % 2
	return 0
