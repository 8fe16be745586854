# expect: exception=all raises:OSError
def f(x):
    import subprocess
    return subprocess.run(["/bin/true"]).returncode
