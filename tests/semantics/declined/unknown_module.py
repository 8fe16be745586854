# tier: declined
# inputs: ["01"]
import calendar
def f(x):
    return calendar.isleap(len(x))
