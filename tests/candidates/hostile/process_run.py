# expect: any_fault=all
def f(x):
    import subprocess
    return subprocess.run(["/bin/true"]).returncode
