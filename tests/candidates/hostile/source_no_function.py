# expect: rejected:load no function
x = 1
