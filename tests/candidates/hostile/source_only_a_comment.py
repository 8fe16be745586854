# expect: rejected:load
# nothing here
