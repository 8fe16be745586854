# expect: correct=all
class Rules:
    @staticmethod
    def parity(x):
        return x.count("1") % 2

f = Rules.parity
