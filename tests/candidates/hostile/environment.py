# expect: exception=all raises:KeyError
import os

def f(x):
    return len(os.environ["OPENAI_API_KEY"]) % 2
