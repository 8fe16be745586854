# expect: exception=all raises:PermissionError
import logging

def f(x):
    logging.warning("a record has a time")
    return x.count("1") % 2
