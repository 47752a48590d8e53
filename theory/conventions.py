"""Symbols and conventions shared by every page of the theory.

Array layout: hidden representations are ``(width, batch)``, Gram matrices ``(batch, batch)``.
Batch normalisation divides by the *population* standard deviation (divisor n, no epsilon), so a normalised
row z has ``sum z_i^2 = n`` exactly, and ``sum z_i = 0`` when it is centred.  A Gram matrix is taken after the
activation and divided by the width.
"""

from __future__ import annotations

from sympy import Symbol, symbols

x = Symbol("x", real=True)
"""Argument of an activation."""

rho = Symbol("rho", real=True)
"""Correlation of two jointly Gaussian pre-activations of unit variance."""

z = symbols("z1:5", real=True)
"""Coordinates of a pre-activation row (bound variables of means)."""

batch_size = Symbol("n", integer=True, positive=True)
width = Symbol("d", integer=True, positive=True)
depth = Symbol("L", integer=True, nonnegative=True)
