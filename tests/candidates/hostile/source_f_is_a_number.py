# expect: rejected:load
f = 3
