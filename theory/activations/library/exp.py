"""The exponential."""

from sympy import exp as exponential

from theory.activations.base import Activation
from theory.conventions import rho, x
from theory.sources import DERIVED_HERE

exp = Activation(name="exp", formula=exponential(x), dual=exponential(1 + rho), source=DERIVED_HERE)
