"""The identity: the linear network of the seed's Theorem 1."""

from sympy import S

from theory.activations.base import Activation, Growth, Parity
from theory.conventions import rho, x

identity = Activation(
    name="identity",
    formula=x,
    parity=Parity.ODD,
    growth=Growth(S.Zero, S.One),
    homogeneity=S.One,
    dual=rho,
)
