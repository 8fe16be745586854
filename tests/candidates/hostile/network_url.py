# expect: trap=all
def f(x):
    import urllib.request
    return len(urllib.request.urlopen("http://127.0.0.1/").read()) % 2
