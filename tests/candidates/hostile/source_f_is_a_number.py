# expect: rejected:load not a function
f = 3
