r"""Unevaluated means: ``GaussianMean``, ``SphereMean``, ``BatchNormMean``, each an expression under a law.

A mean is a sympy expression with two arguments, the integrand and the law; the law owns the bound variables.
Nothing is computed while a mean is built.  ``.diff`` uses Price's theorem for the entries of a covariance, and
``.evalf`` works once ``numerics`` has registered its evaluator.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from sympy import (
    Add,
    Basic,
    Dummy,
    Expr,
    Float,
    ImmutableDenseMatrix,
    Integer,
    Matrix,
    Mul,
    Piecewise,
    Rational,
    S,
    Symbol,
    Tuple,
    eye,
    false,
    sympify,
    true,
)

from theory.notation import notation_in
from theory.pieces import distributional_derivative


class Law(Basic):
    """The joint law of finitely many real random variables; ``args[0]`` is the tuple of their symbols."""

    @property
    def variables(self) -> tuple[Symbol, ...]:
        return tuple(self.args[0])  # type: ignore[arg-type]

    @property
    def parameters(self) -> tuple[Basic, ...]:
        """Everything the law depends on besides the names of its variables."""
        return tuple(self.args[1:])

    @property
    def free_symbols(self) -> set[Basic]:
        return set().union(*(p.free_symbols for p in self.parameters))

    def renamed(self, variables: tuple[Symbol, ...]) -> Law:
        return self.func(Tuple(*variables), *self.parameters)

    def _names(self, printer: Any) -> str:
        """The variables as printed: one by itself, several in brackets."""
        names = [printer._print(v) for v in self.variables]
        return names[0] if len(names) == 1 else f"({', '.join(names)})"


def _variables(variables: Any) -> Tuple:
    names = (variables,) if isinstance(variables, Symbol) else tuple(variables)
    if not names or not all(isinstance(v, Symbol) for v in names):
        raise TypeError(f"a law needs one or more symbols as variables, not {variables!r}")
    for v in names:
        known = any(getattr(v, f"is_{fact}") is not None for fact in ("zero", "nonnegative", "nonpositive", "rational"))
        if v.is_real is False or known:
            raise ValueError(
                f"the variable {v} of a law runs through all reals: declare it as Symbol({v.name!r}, real=True)"
            )
    if len(set(names)) != len(names):
        raise ValueError(f"the variables of a law must be distinct, not {names}")
    return Tuple(*names)


def _symmetric(entries: Any, what: str) -> ImmutableDenseMatrix:
    matrix = ImmutableDenseMatrix(Matrix(entries))
    if matrix.rows != matrix.cols:
        raise ValueError(f"{what} must be square, not {matrix.rows} x {matrix.cols}")
    if matrix != matrix.T:
        raise ValueError(f"{what} must be symmetric, not {matrix.tolist()}")
    return matrix


class GaussianLaw(Law):
    """Centred Gaussian ``N(0, covariance)`` in the order of ``variables``.

    Args:
        variables: one symbol or several.
        covariance: symmetric k x k matrix (numbers or expressions); a scalar for one variable; the identity if omitted.

    Raises:
        ValueError: the covariance is not symmetric, of the wrong size, or (when numeric) not positive semi-definite.
    """

    def __new__(cls, variables: Any, covariance: Any = None) -> GaussianLaw:
        names = _variables(variables)
        k = len(names)
        if covariance is None:
            covariance = eye(k)
        if k == 1 and not hasattr(covariance, "shape") and not isinstance(covariance, (list, tuple)):
            covariance = [[covariance]]
        sigma = _symmetric(covariance, "a covariance")
        if sigma.rows != k:
            raise ValueError(f"{k} variables need a {k} x {k} covariance, not {sigma.rows} x {sigma.cols}")
        for i in range(k):
            if sigma[i, i].is_negative:
                raise ValueError(f"variance of {names[i]} is negative: {sigma[i, i]}")
            for j in range(i):
                if (sigma[i, i] * sigma[j, j] - sigma[i, j] ** 2).is_negative:
                    raise ValueError(
                        f"covariance of {names[j]}, {names[i]} exceeds what their variances allow: {sigma[i, j]}"
                    )
        if k > 2 and not sigma.free_symbols and sigma.is_positive_semidefinite is False:
            raise ValueError(f"a covariance must be positive semi-definite, not {sigma.tolist()}")
        return Basic.__new__(cls, names, sigma)

    @property
    def covariance(self) -> ImmutableDenseMatrix:
        return self.args[1]  # type: ignore[return-value]

    def marginal(self, keep: tuple[Symbol, ...]) -> GaussianLaw:
        index = [self.variables.index(v) for v in keep]
        return GaussianLaw(keep, self.covariance.extract(index, index))

    def _latex(self, printer: Any) -> str:
        k = len(self.variables)
        if self.covariance == ImmutableDenseMatrix(eye(k)):
            sigma = "1" if k == 1 else f"I_{{{k}}}"
        elif k == 1:
            sigma = printer._print(self.covariance[0, 0])
        else:
            sigma = _matrix_latex(self.covariance, printer)
        return rf"{self._names(printer)} \sim \mathcal{{N}}\left(0, {sigma}\right)"

    def _sympystr(self, printer: Any) -> str:
        """As `gramchain derive` reads it."""
        covariance = self.covariance[0, 0] if len(self.variables) == 1 else self.covariance.tolist()
        return f"{self._names(printer)} ~ N(0, {printer._print(covariance)})"


class SphereLaw(Law):
    r"""Distinct coordinates of a batch-normalised row at a permutation-invariant Gram matrix.

    The row z is uniform on ``{sum z_i^2 = n}``, intersected with ``{sum z_i = 0}`` when centred: each coordinate has
    second moment 1, two of them correlation ``-1/(n-1)`` (centred) or 0.

    Args:
        variables: symbols of distinct coordinates, at most n of them.
        batch_size: n, an integer of at least 2 or an expression (n = 2 centred is the discrete law ``z = (s, -s)``
            with a random sign).
        centered: whether rows sum to zero.

    Raises:
        ValueError: more coordinates than the batch has, or a batch below 2.
    """

    def __new__(cls, variables: Any, batch_size: Any, centered: Any = True) -> SphereLaw:
        names = _variables(variables)
        n = sympify(batch_size)
        if n.is_number and (n.is_integer is False or n < 2):
            raise ValueError(f"batch size must be an integer of at least 2, not {n}")
        if n.is_Integer and len(names) > n:
            raise ValueError(f"a batch of {n} has no {len(names)} distinct coordinates")
        return Basic.__new__(cls, names, n, true if centered else false)

    @property
    def batch_size(self) -> Expr:
        return self.args[1]  # type: ignore[return-value]

    @property
    def centered(self) -> bool:
        return self.args[2] is true

    @property
    def dimension(self) -> Expr:
        """Dimension m of the Euclidean space whose unit sphere carries the law: n - 1 centred, n otherwise."""
        return self.batch_size - 1 if self.centered else self.batch_size

    @property
    def correlation(self) -> Expr:
        """Correlation of two distinct coordinates."""
        return -1 / (self.batch_size - 1) if self.centered else S.Zero

    def _latex(self, printer: Any) -> str:
        n = printer._print(self.batch_size)
        sphere = rf"\sqrt{{{n}}}\,\mathbb{{S}}^{{{printer._print(self.dimension - 1)}}}"
        return rf"{self._names(printer)} \sim {sphere}" + (r"_{\perp \mathbf{1}}" if self.centered else "")

    def _sympystr(self, printer: Any) -> str:
        """As `gramchain derive` reads it."""
        kind = "" if self.centered else ", uncentred"
        return f"{self._names(printer)} ~ sphere({printer._print(self.batch_size)}{kind})"


class BatchNormLaw(Law):
    r"""Coordinates of ``BN(x)`` for a row ``x ~ N(0, gram)``, for an arbitrary Gram matrix.

    Args:
        variables: symbols of the coordinates.
        indices: their places in the batch, 0-based and distinct.
        gram: symmetric n x n matrix.
        centered: whether BN subtracts the batch mean.
    """

    def __new__(cls, variables: Any, indices: Any, gram: Any, centered: Any = True) -> BatchNormLaw:
        names = _variables(variables)
        matrix = _symmetric(gram, "a Gram matrix")
        places = Tuple(*(Integer(i) for i in indices))
        if len(places) != len(names) or len(set(places)) != len(places):
            raise ValueError(f"{len(names)} variables need as many distinct places, not {places}")
        if any(i < 0 or i >= matrix.rows for i in places):
            raise ValueError(f"places in a batch of {matrix.rows} run from 0 to {matrix.rows - 1}, not {places}")
        return Basic.__new__(cls, names, places, matrix, true if centered else false)

    @property
    def indices(self) -> tuple[int, ...]:
        return tuple(int(i) for i in self.args[1])  # type: ignore[union-attr]

    @property
    def gram(self) -> ImmutableDenseMatrix:
        return self.args[2]  # type: ignore[return-value]

    @property
    def centered(self) -> bool:
        return self.args[3] is true

    def _latex(self, printer: Any) -> str:
        names = ", ".join(printer._print(v) for v in self.variables)
        places = ",".join(str(i + 1) for i in self.indices)
        if self.centered:
            rows = rf"{notation_in(printer).batch_norm}(x)_{{{places}}}"
        else:
            rows = rf"\sqrt{{{self.gram.rows}}}\, x_{{{places}}} / \left\|x\right\|"
        return rf"{names} = {rows},\ x \sim \mathcal{{N}}\left(0, {_matrix_latex(self.gram, printer)}\right)"

    def _sympystr(self, printer: Any) -> str:
        places = ", ".join(str(i + 1) for i in self.indices)
        rows = f"phi(x)[{places}]" if self.centered else f"sqrt({self.gram.rows})*x[{places}]/|x|"
        return f"{self._names(printer)} = {rows}, x ~ N(0, {printer._print(self.gram.tolist())})"


def _matrix_latex(matrix: Any, printer: Any) -> str:
    """A matrix, small; the letter of a Gram matrix where it has more than four rows."""
    if matrix.rows > 4:
        return "G"
    rows = r" \\ ".join(" & ".join(printer._print(e) for e in matrix.row(i)) for i in range(matrix.rows))
    return rf"\left(\begin{{smallmatrix}} {rows} \end{{smallmatrix}}\right)"


Evaluator = Callable[["Mean", int], Any]
_evaluators: list[Evaluator] = []


def register_evaluator(evaluator: Evaluator) -> None:
    """Let ``evalf`` evaluate means: ``evaluator(mean, digits)`` returns an mpmath number, or None if it cannot."""
    _evaluators[:] = [evaluator]


def _evaluator() -> Evaluator | None:
    """The registered evaluator.  A package that was imported may put off registering until `evaluate` is asked of it."""
    if not _evaluators and "numerics" in sys.modules:
        _ = sys.modules["numerics"].evaluate
    return _evaluators[0] if _evaluators else None


class Mean(Expr):
    """The mean of ``expression`` under ``law``, unevaluated.

    Variables of the law are bound: they are no free symbols of the mean, and substitution leaves them alone.
    """

    is_commutative = True
    law_type: type[Law] = Law

    def __new__(cls, expression: Any, law: Law) -> Mean:
        if not isinstance(law, cls.law_type):
            raise TypeError(f"{cls.__name__} takes a {cls.law_type.__name__}, not {type(law).__name__}")
        body = sympify(expression)
        if not isinstance(body, Expr) or body.is_Matrix:
            raise TypeError(f"{cls.__name__} takes a scalar expression, not {expression!r}")
        return Expr.__new__(cls, body, law)

    @property
    def expression(self) -> Expr:
        return self.args[0]  # type: ignore[return-value]

    @property
    def law(self) -> Any:
        return self.args[1]

    @property
    def bound_symbols(self) -> list[Basic]:
        return list(self.law.variables)

    @property
    def free_symbols(self) -> set[Basic]:
        return (self.expression.free_symbols - set(self.law.variables)) | self.law.free_symbols

    def doit(self, **hints: Any) -> Expr:
        """The closed form the rules find (unverified), or the mean itself where they find none; see `Derivation.guarded`."""
        from theory.derivation import derive

        if isinstance(self, BatchNormMean):
            from theory.batch_norm_means import reduced

            simpler = reduced(self)
            return simpler.doit(**hints) if simpler.has(Mean) and simpler != self else simpler
        return derive(self).guarded

    def _eval_is_extended_real(self) -> bool | None:
        return self.expression.is_extended_real

    def _eval_is_extended_nonnegative(self) -> bool | None:
        return True if self.expression.is_extended_nonnegative else None

    def renamed(self, variables: tuple[Symbol, ...]) -> Mean:
        """The same mean with other names for its bound variables."""
        swap = dict(zip(self.law.variables, variables, strict=True))
        return self.func(self.expression.xreplace(swap), self.law.renamed(variables))

    def _eval_subs(self, old: Basic, new: Basic) -> Mean | None:
        bound = set(self.law.variables)
        if old in bound:
            return self
        mean = self
        if bound & new.free_symbols:  # a free symbol of `new` must not be captured
            mean = self.renamed(tuple(Dummy(v.name, **v.assumptions0) for v in self.law.variables))
        law = mean.law.func(mean.law.args[0], *(p._subs(old, new) for p in mean.law.parameters))
        return mean.func(mean.expression._subs(old, new), law)

    def _eval_evalf(self, prec: int) -> Expr | None:
        evaluator = None if self.free_symbols else _evaluator()
        if evaluator is None:
            return None
        from mpmath.libmp import prec_to_dps

        value = evaluator(self, prec_to_dps(prec))
        return None if value is None else Float._new(value._mpf_, prec)

    def _latex(self, printer: Any) -> str:
        return rf"\mathbb{{E}}_{{{printer._print(self.law)}}}\left[{printer._print(self.expression)}\right]"

    def _sympystr(self, printer: Any) -> str:
        return f"E[{printer._print(self.expression)}; {printer._print(self.law)}]"


class GaussianMean(Mean):
    """``E f(z)`` for z centred Gaussian; see `GaussianLaw`.

    >>> from sympy import Max, symbols
    >>> u, v, c = symbols("u v c", real=True)
    >>> GaussianMean(u * v, GaussianLaw((u, v), [[1, c], [c, 1]])).diff(c)
    E[1; (u, v) ~ N(0, [[1, c], [c, 1]])]
    """

    law_type = GaussianLaw

    def _eval_derivative(self, s: Symbol) -> Expr:
        """Price's theorem: ``d E f = E df + 1/2 sum_ij dSigma_ij E d_i d_j f`` (distributional derivatives)."""
        # sqrt(q^2) is smooth to sympy, |q| with its kink only for a real q; and the covariance may use the name of a variable
        plain = {v: Dummy(v.name, real=True) for v in self.law.variables if v == s or not v.is_real}
        if plain:
            law = self.law.renamed(tuple(plain.get(v, v) for v in self.law.variables))
            return self.func(self.expression.xreplace(plain), law).diff(s)
        variables, sigma = self.law.variables, self.law.covariance
        inside = self.expression.diff(s)
        total: Expr = self.func(inside, self.law) if inside != 0 else S.Zero
        for i, u in enumerate(variables):
            for j, v in enumerate(variables[: i + 1]):
                rate = sigma[i, j].diff(s) * (Rational(1, 2) if i == j else 1)
                if rate != 0:
                    body = weak_derivative(self.expression, u, v)
                    total += rate * self.func(body, self.law) if body != 0 else 0
        return total


def weak_derivative(expression: Expr, *variables: Symbol) -> Expr:
    """Distributional derivative, factor by factor where every factor has one variable.

    Raises:
        NotImplementedError: a branch that depends on two variables, inside a Piecewise.
    """
    for v in variables:
        own = Mul(*(f for f in Mul.make_args(expression) if f.has(v)))
        others = Mul(*(f for f in Mul.make_args(expression) if not f.has(v)))
        if isinstance(expression, Add):
            expression = Add(*(weak_derivative(term, v) for term in expression.args))
        elif own.free_symbols == {v}:
            expression = others * distributional_derivative(own, v)
        elif own.has(Piecewise):
            raise NotImplementedError(f"Price's theorem needs factors of one variable each, not {own}")
        else:
            expression = own.diff(v) * others
    return expression


class SphereMean(Mean):
    """``E f(z)`` for distinct coordinates z of a normalised row, uniform on its sphere; see `SphereLaw`."""

    law_type = SphereLaw

    def _eval_derivative(self, s: Symbol) -> Expr:
        if s in self.law.variables:
            return S.Zero
        if self.law.batch_size.has(s):
            raise NotImplementedError(
                "the derivative of a sphere mean in the batch size is not defined: n is an integer"
            )
        inside = self.expression.diff(s)
        return self.func(inside, self.law) if inside != 0 else S.Zero


class BatchNormMean(Mean):
    """``E f(BN(x))`` for ``x ~ N(0, G)`` with an arbitrary Gram matrix G; see `BatchNormLaw`."""

    law_type = BatchNormLaw


def sphere_to_gaussian_ratio(degree: Expr, law: SphereLaw) -> Expr:
    r"""Ratio of a sphere mean to the Gaussian mean with the same correlations, for a homogeneous integrand.

    For f positively homogeneous of total degree k, ``E f(z) = ratio * E f(g)`` where z follows `law` and g is Gaussian
    with the covariance of z: g = r z/sqrt(m) with r chi-distributed in m = ``law.dimension`` dimensions, independent of
    z, hence ratio = m^{k/2} / E r^k = (m/2)^{k/2} Gamma(m/2) / Gamma((m+k)/2).

    >>> from theory.conventions import z, batch_size
    >>> sphere_to_gaussian_ratio(2, SphereLaw(z[0], batch_size))
    1
    """
    from sympy import gamma, gammasimp, simplify

    k, m = sympify(degree), law.dimension
    if k.is_Integer and k >= 0 and k % 2 == 0:
        product: Expr = S.One
        for i in range(int(k) // 2):
            product *= m / (m + 2 * i)
        return simplify(product)
    return gammasimp((m / 2) ** (k / 2) * gamma(m / 2) / gamma((m + k) / 2))
