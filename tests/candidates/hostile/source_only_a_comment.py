# expect: rejected:load no function
# nothing here
