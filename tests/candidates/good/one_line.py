# expect: correct=all
f = lambda x: x.count("1") % 2
