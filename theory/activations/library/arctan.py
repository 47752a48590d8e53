"""The arctangent."""

from sympy import S, atan, pi

from theory.activations.base import Activation, Growth, Parity
from theory.conventions import x

arctan = Activation(
    name="arctan",
    formula=atan(x),
    parity=Parity.ODD,
    growth=Growth(pi / 2, S.Zero),
)
