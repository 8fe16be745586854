# expect: correct=all
# -*- coding: utf-8 -*-
"""Parität: größer als ASCII, 日本語."""
π = 2

def f(größe):
    return größe.count("1") % π
