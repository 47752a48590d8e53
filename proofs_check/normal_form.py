"""A normal form of expressions with means: linear, without idle variables, with canonical names.

Used to recognise that two expressions are the same.  Every rewriting here is an identity for any integrand whose means
exist: linearity, marginalisation, and (for exchangeable laws) permutation of the coordinates.
"""

from __future__ import annotations

import itertools

from sympy import (
    Add,
    Dummy,
    Expr,
    Function,
    Integer,
    Matrix,
    Mul,
    Poly,
    Pow,
    Rational,
    S,
    acos,
    asin,
    cancel,
    cosh,
    count_ops,
    erf,
    erfc,
    exp,
    expand,
    expand_power_base,
    factor,
    fraction,
    pi,
    simplify,
    sinh,
    tanh,
    together,
)

from proofs_check.time_limit import TimeLimitReached, time_limit
from theory.expectation import BatchNormLaw, GaussianLaw, Mean, SphereLaw

# dummies: no symbol of a user can be captured by them
_NAMES = [Dummy(f"z{i}", real=True) for i in range(1, 9)]


def split_mean(mean: Mean) -> Expr:
    """Linearity: the mean of a sum as a sum of means of monomials, constants taken out."""
    variables = set(mean.law.variables)
    total: Expr = S.Zero
    for term in Add.make_args(expand(mean.expression)):
        outside: list[Expr] = []
        inside: list[Expr] = []
        for part in Mul.make_args(term):
            (inside if part.free_symbols & variables else outside).append(part)
        body = Mul(*inside)
        total += Mul(*outside) * (S.One if body == 1 else canonical_mean(mean.func(body, mean.law)))
    return total


def canonical_mean(mean: Mean) -> Mean:
    """Drop the coordinates the integrand does not use; name and order the others canonically."""
    law, body = mean.law, mean.expression
    if body.has(Mean) or any(
        p.has(Mean) for p in law.parameters
    ):  # renaming would reach into the bound names of the inner mean
        return mean
    used = tuple(v for v in law.variables if v in body.free_symbols)
    if isinstance(law, GaussianLaw):
        index = [law.variables.index(v) for v in used]
        covariance = law.covariance
        candidates = []
        for order in itertools.permutations(range(len(used))):
            names = {used[i]: _NAMES[place] for place, i in enumerate(order)}
            rows = [index[i] for i in order]
            candidates.append(
                mean.func(body.xreplace(names), GaussianLaw(_NAMES[: len(used)], covariance.extract(rows, rows)))
            )
        return min(candidates, key=str)
    if isinstance(law, SphereLaw):
        candidates = []
        for order in itertools.permutations(range(len(used))):
            names = {used[i]: _NAMES[place] for place, i in enumerate(order)}
            candidates.append(
                mean.func(body.xreplace(names), SphereLaw(_NAMES[: len(used)], law.batch_size, law.centered))
            )
        return min(candidates, key=str)
    if isinstance(law, BatchNormLaw):
        by_place = sorted(range(len(used)), key=lambda i: law.indices[law.variables.index(used[i])])
        names = {used[i]: _NAMES[place] for place, i in enumerate(by_place)}
        places = [law.indices[law.variables.index(used[i])] for i in by_place]
        return mean.func(
            body.xreplace(names), BatchNormLaw(_NAMES[: len(used)], places, Matrix(law.gram), law.centered)
        )
    return mean


def normal_form(expression: Expr) -> Expr:
    """The expression with every mean split and canonical, inner means first."""
    means = sorted(expression.atoms(Mean), key=count_ops)
    rule = {m: split_mean(m) for m in means}
    return expression.xreplace(rule)


def derived_form(expression: Expr) -> Expr:
    """The expression with every mean replaced by what the rules of theory derive for it, where they derive something."""
    rule = {}
    for mean in expression.atoms(Mean):
        if not integrable_for_all_parameters(mean):
            continue  # a form found for some values of the parameters need not be the mean for others
        form = mean.doit()
        if isinstance(form, Expr) and form != mean:
            rule[mean] = form
    return expression.xreplace(rule)


def integrable_for_all_parameters(mean: Mean) -> bool:
    """Whether the mean certainly exists for every value of its parameters: no exponential of a square may grow.

    >>> from sympy import exp, symbols
    >>> from theory import GaussianLaw, GaussianMean
    >>> z, b = symbols("z b", real=True)
    >>> integrable_for_all_parameters(GaussianMean(exp(b * z**2), GaussianLaw(z)))
    False
    >>> integrable_for_all_parameters(GaussianMean(exp(-(b**2) * z**2), GaussianLaw(z)))
    True
    """
    if not isinstance(mean.law, GaussianLaw) or not mean.free_symbols:
        return True
    variables = mean.law.variables
    for node in mean.expression.atoms(exp, cosh, sinh):
        exponent = node.args[0]
        if not exponent.has(*variables):
            continue
        if not exponent.is_polynomial(*variables):
            return False
        for powers, coefficient in Poly(exponent, *variables).terms():
            if sum(powers) >= 2 and not (
                isinstance(node, exp) and max(powers) == sum(powers) == 2 and coefficient.is_nonpositive
            ):
                return False
    return True


SECONDS = 5.0


def with_factored_roots(expression: Expr) -> Expr:
    """Square roots of rational functions split into roots of factors known to be nonnegative; inverse cosines as inverse sines."""
    sines = expression.replace(acos, lambda argument: pi / 2 - asin(argument))
    roots = {
        power: expand_power_base(factor(together(power.base)) ** power.exp)
        for power in sines.atoms(Pow)
        if power.exp.is_Rational and power.exp.q == 2 and power.free_symbols
    }
    return sines.xreplace(roots)


def vanishes(expression: Expr, seconds: float = SECONDS) -> bool:
    """Whether sympy's normal forms bring the expression to zero; False means not shown, never that it is non-zero."""
    if expression == 0:
        return True
    # means are opaque numbers here: as symbols, rational normal forms can work on them
    atoms = {m: Dummy(f"m{i}", real=True) for i, m in enumerate(sorted(expression.atoms(Mean), key=str))}
    plain = expression.xreplace(atoms).replace(erfc, lambda argument: 1 - erf(argument))
    attempts = (
        expand,
        _algebraic_form,
        lambda e: cancel(together(e)),
        lambda e: cancel(together(expand(with_factored_roots(e)))),
        simplify,
        lambda e: simplify(expand(e.rewrite(Pow))),
        lambda e: simplify(e.rewrite(exp)) if e.has(cosh, sinh, tanh) else e,
    )
    try:
        with time_limit(seconds, of_process=True):
            return not _visibly_nonzero(plain) and any(attempt(plain) == 0 for attempt in attempts)
    except TimeLimitReached:
        return False


def _visibly_nonzero(expression: Expr) -> bool:
    """Whether the expression is far from zero at one point that its symbols' assumptions admit: no normal form need be tried.

    A mistake here costs a proof and never makes one: whatever is tried afterwards answers "not shown".
    """
    point = {}
    for k, symbol in enumerate(sorted(expression.free_symbols, key=str)):
        value = Integer(5 + 2 * k) if symbol.is_integer else Rational(7 + 3 * k, 17 + 2 * k)
        point[symbol] = -value if symbol.is_nonpositive else value
    try:
        value = expression.xreplace(point).evalf(15, maxn=60)
    except (ArithmeticError, ValueError, TypeError, AttributeError, NotImplementedError, RecursionError):
        return False
    return bool(value.is_Float and value.is_finite and abs(value) > Rational(1, 10**12))


def _algebraic_form(expression: Expr) -> Expr:
    """The numerator as a polynomial in roots and transcendental parts, even powers of the roots replaced by what is below them.

    Zero only for expressions that vanish: different roots and functions are independent unknowns here.
    """
    flat = with_factored_roots(expression)
    rule: dict[Expr, Expr] = {}
    squares: list[tuple[Dummy, Expr]] = []
    for part in sorted((*flat.atoms(Function), *flat.atoms(Pow)), key=count_ops, reverse=True):
        if isinstance(part, Pow) and (part.exp.is_Integer or not part.base.free_symbols):
            continue
        if isinstance(part, Pow) and part.exp.is_Rational and part.exp.q == 2:
            base = next((b for b, s in rule.items() if b == part.base**S.Half), part.base**S.Half)
            if base not in rule:
                rule[base] = Dummy("root")
                squares.append((rule[base], part.base))
            rule[part] = rule[base] ** part.exp.p
        else:
            rule[part] = Dummy("part")
    top = expand(fraction(together(flat.xreplace(rule)))[0])
    for root, below in squares:
        poly = Poly(top, root)
        top = Add(*(c * below.xreplace(rule) ** (k // 2) * root ** (k % 2) for (k,), c in poly.terms()))
        top = expand(fraction(together(top))[0])
    return top
