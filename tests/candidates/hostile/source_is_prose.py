# expect: rejected:load SyntaxError
Sure! Here is a function that computes the parity:
