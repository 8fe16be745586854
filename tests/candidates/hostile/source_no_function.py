# expect: rejected:load
x = 1
