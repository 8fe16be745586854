"""A namespace that lives as long as the instance: what the local code-interpreter tool runs in."""

import ast
import io
import sys
import traceback


CELL = "<tool>"  # the file name that tracebacks show


class Bounded(io.TextIOBase):
    """Keeps the first `limit` characters that are written and counts the rest."""

    def __init__(self, limit):
        self.limit, self.parts, self.kept, self.cut = limit, [], 0, 0

    def write(self, text):
        room = self.limit - self.kept
        if room > 0:
            self.parts.append(text[:room])
            self.kept += len(self.parts[-1])
        self.cut += max(0, len(text) - max(room, 0))
        return len(text)

    def text(self):
        notice = f"\n[{self.cut} more characters were cut]" if self.cut else ""
        return "".join(self.parts) + notice


class Session:
    """Runs code cell by cell, as a notebook does: the value of a last expression is printed."""

    def __init__(self):
        self.namespace = {"__name__": "__main__"}

    def run(self, code, output_limit):
        out = Bounded(output_limit)
        saved = sys.stdout, sys.stderr
        sys.stdout = sys.stderr = out
        try:
            self.execute(code)
            ok = True
        except BaseException as error:
            ok = False
            self.report(error, out)
        finally:
            sys.stdout, sys.stderr = saved
        return ok, out.text()

    def execute(self, code):
        tree = ast.parse(code, CELL)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, CELL, "exec", dont_inherit=True), self.namespace)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), CELL, "eval", dont_inherit=True), self.namespace)
            if value is not None:
                print(repr(value))

    @staticmethod
    def report(error, out):
        try:
            frames = error.__traceback__
            while frames and frames.tb_frame.f_code.co_filename != CELL:
                frames = frames.tb_next  # our own frames say nothing
            traceback.print_exception(type(error), error, frames, limit=-10, file=out)
        except BaseException:
            out.write(f"{type(error).__name__}\n")
