/* Logarithms that are CPython's, or deopt() (libm.c). */
#pragma once
double exact_log2(double x);
double exact_log10(double x);
