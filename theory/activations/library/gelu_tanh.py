"""The tanh approximation of GELU."""

from sympy import Rational, S, pi, sqrt, tanh

from theory.activations.base import Activation, Growth
from theory.conventions import x

gelu_tanh = Activation(
    name="gelu_tanh",
    formula=x * (1 + tanh(sqrt(2 / pi) * (x + Rational(44715, 10**6) * x**3))) / 2,
    growth=Growth(S.Zero, S.One),
)
