"""Forms as the field prints them: few fractions, squares out of roots, no arccosine of a negative number."""

from __future__ import annotations

from functools import lru_cache

from sympy import (
    Add,
    Dummy,
    Expr,
    Float,
    Function,
    Integer,
    Mul,
    Pow,
    Rational,
    S,
    acos,
    asin,
    cancel,
    cosh,
    erf,
    erfc,
    erfi,
    exp,
    expand,
    factor,
    factor_list,
    factor_terms,
    fraction,
    ilcm,
    pi,
    sinh,
    sqrt,
    together,
)

from theory.expectation import Mean
from theory.special import BivariateNormalCdf, ErfImaginaryPart, ErfRealPart

MAX_OPERATIONS = 4000


class BatchSizeSymbol(Dummy):
    """Stands for a batch size while a form is derived: an integer of at least 2."""


def _nonnegative(expression: Expr) -> bool:
    """Whether a factor may leave a square root as it is: known sign, or n - k with k <= 2 for a batch size n >= 2."""
    if expression.is_nonnegative:
        return True
    symbols = expression.free_symbols
    if len(symbols) == 1:
        (n,) = symbols
        if isinstance(n, BatchSizeSymbol) and expression.is_polynomial(n) and expression.diff(n).is_positive:
            return bool(expression.subs(n, 2) >= 0)
    return False


@lru_cache(maxsize=2048)
def tidy_root(base: Expr, exponent: Expr) -> Expr:
    """``base**exponent`` (exponent half an odd number) with squares of nonnegative factors taken out."""
    try:
        top, bottom = fraction(together(base))
        if bottom.is_number:
            return base**exponent
        inside, outside, below = S.One, S.One, S.One
        for part, sign in ((top, 1), (bottom, -1)):
            constant, factors = factor_list(part)
            number = Rational(constant) if constant.is_Rational else None
            if number is None:
                return base**exponent
            inside *= number**sign
            for f, k in factors:
                whole, odd = divmod(k, 2)
                if whole and not _nonnegative(f):
                    whole, odd = 0, k
                outside *= f ** (sign * whole)
                if sign == 1:
                    inside *= f**odd
                else:
                    below *= f**odd
    except Exception:
        return base**exponent
    if below == 1 or _nonnegative(below):
        core = inside / below if below != 1 else inside
    else:
        core = inside / below
    power = int(2 * exponent)
    return outside**power * sqrt(core) ** power


def tidy_roots(expression: Expr) -> Expr:
    return expression.replace(
        lambda e: isinstance(e, Pow) and e.exp.is_Rational and e.exp.q == 2 and e.base.free_symbols,
        lambda e: tidy_root(e.base, e.exp),
    )


@lru_cache(maxsize=2048)
def tidy_argument(argument: Expr) -> Expr:
    """One fraction, with P/sqrt(P) = sqrt(P)."""
    if not argument.free_symbols or argument.count_ops() > 200:
        return argument
    argument = together(argument)
    for root in [p for p in argument.atoms(Pow) if p.exp == -S.Half and p.base.is_Add]:
        top, bottom = fraction(argument)
        quotient = cancel(top / root.base)
        if fraction(quotient)[1].is_number:
            argument = quotient * root.base / bottom
    argument = tidy_roots(argument)
    return factor(argument) if argument.count_ops() < 60 else argument


def tidy_arguments(expression: Expr) -> Expr:
    """Arguments of functions as one fraction, without a leading minus under arccosine."""

    def tidied(e: Expr) -> Expr:
        arguments = [tidy_argument(a) for a in e.args]
        if isinstance(e, acos) and arguments[0].could_extract_minus_sign():
            return pi - acos(-arguments[0])
        return e.func(*arguments)

    kinds = (acos, asin, exp, erf, erfc, erfi, BivariateNormalCdf, ErfRealPart, ErfImaginaryPart)
    return expression.replace(lambda e: isinstance(e, kinds), tidied)


class _Atoms:
    """Stand-in symbols for everything that is no rational function: functions, means, pi, roots."""

    def __init__(self) -> None:
        self.symbol: dict[Expr, Dummy] = {}
        self.denominator: dict[Expr, Dummy] = {}

    def stand_in(self, atom: Expr) -> Expr:
        if atom not in self.symbol:
            self.symbol[atom] = Dummy(f"a{len(self.symbol)}", positive=True)
        return self.symbol[atom]

    def hide(self, e: Expr) -> Expr:
        if isinstance(e, (Function, Mean)) or e is pi:
            return self.stand_in(e)
        if isinstance(e, Pow) and e.exp.is_Rational and not e.exp.is_Integer and e.free_symbols:
            return self.stand_in(Pow(e.base, Rational(1, e.exp.q))) ** e.exp.p
        if isinstance(e, Pow) and e.exp.is_Integer and e.exp.is_negative and e.base.is_Add:
            inner = self.hide(e.base)  # kept whole: expand would multiply denominators out
            return self.denominator.setdefault(inner, Dummy(f"b{len(self.denominator)}")) ** (-e.exp)
        if not e.args:
            return e
        return e.func(*(self.hide(a) for a in e.args))

    def whole(self, coefficient: Expr) -> Expr:
        return coefficient.xreplace({d: 1 / inner for inner, d in self.denominator.items()})

    def back(self, key: Expr) -> Expr:
        shown = {d: a for a, d in self.symbol.items()}
        powers = [(shown.get(b, b), k) for b, k in key.as_powers_dict().items()]
        exponent = Add(*(f.args[0] * k for f, k in powers if isinstance(f, exp)))
        rest = Mul(*(f**k for f, k in powers if not isinstance(f, exp)))
        return rest * exp(tidy_argument(exponent)) if exponent != 0 else rest


def _join(terms: dict[Expr, Expr]) -> dict[Expr, Expr]:
    """A asin(y)/pi + A/2 = A (pi - acos y)/pi, and A asin(y)/pi - A/2 = -A acos(y)/pi."""
    out = dict(terms)
    for key in list(out):
        arcs = [f for f in Mul.make_args(key) if isinstance(f, asin)]
        if len(arcs) != 1 or key not in out:
            continue
        others = key / arcs[0]
        constant = others * pi
        if constant in out and out[key].count_ops() < 400 and expand(out[constant] - out[key] / 2) == 0:
            out[others * (pi - acos(arcs[0].args[0]))] = out.pop(key)
            del out[constant]
        elif constant in out and out[key].count_ops() < 400 and expand(out[constant] + out[key] / 2) == 0:
            out[others * acos(arcs[0].args[0])] = -out.pop(key)
            del out[constant]
    return out


def _hyperbolic(terms: dict[Expr, Expr]) -> dict[Expr, Expr]:
    """A e^{s+d} +- A e^{s-d} = 2 A e^s cosh d or sinh d."""
    out = dict(terms)
    keys = [k for k in out if sum(isinstance(f, exp) for f in Mul.make_args(k)) == 1]
    for i, left in enumerate(keys):
        for right in keys[:i]:
            if left not in out or right not in out:
                continue
            (a,) = (f.args[0] for f in Mul.make_args(left) if isinstance(f, exp))
            (b,) = (f.args[0] for f in Mul.make_args(right) if isinstance(f, exp))
            others, same = (Mul(*(f for f in Mul.make_args(k) if not isinstance(f, exp))) for k in (left, right))
            if others != same:
                continue
            total = expand(out[left] + out[right])
            if total != 0 and expand(out[left] - out[right]) != 0:
                continue
            middle, half = factor(together((a + b) / 2)), factor(together((a - b) / 2))
            sign = S.One
            if half.could_extract_minus_sign():
                half, sign = -half, (S.One if total != 0 else S.NegativeOne)
            key = others * exp(middle) * (sinh(half) if total == 0 else cosh(half))
            coefficient = 2 * out.pop(left) * sign
            del out[right]
            out[key] = out.get(key, S.Zero) + coefficient
    return out


def _fraction(coefficient: Expr) -> Expr:
    if coefficient.count_ops() > 300:
        return coefficient
    return factor(together(coefficient))


def present(expression: Expr) -> Expr:
    """Collect by transcendental factors and bring each coefficient to one fraction.

    The value does not change: a form that fails a numeric comparison at a point is not used.

    >>> from sympy import symbols
    >>> r = symbols("r", real=True)
    >>> present(sqrt(1 - r**2)/(2*pi) + r*asin(r)/(2*pi) + r/4)
    (r*(pi - acos(r)) + sqrt(1 - r**2))/(2*pi)
    """
    if expression.is_Atom or isinstance(expression, Mean) or expression.count_ops() > MAX_OPERATIONS:
        return expression
    form = _collected(expression)
    return form if same_value(form, expression) else expression


def _collected(expression: Expr) -> Expr:
    plain = tidy_roots(tidy_arguments(expression)).replace(
        lambda e: isinstance(e, acos), lambda e: pi / 2 - asin(e.args[0])
    )
    atoms = _Atoms()
    hidden = expand(atoms.hide(plain))
    stand_ins = set(atoms.symbol.values())
    sums: dict[Expr, list[Expr]] = {}
    for term in Add.make_args(hidden):
        coefficient, key = term.as_independent(*stand_ins, as_Add=False) if stand_ins else (term, S.One)
        sums.setdefault(key, []).append(coefficient)
    groups: dict[Expr, Expr] = {}
    for key, parts in sums.items():
        coefficient = _fraction(atoms.whole(Add(*parts)))
        coefficient = coefficient.xreplace({d: a for a, d in atoms.symbol.items()})
        if coefficient != 0:
            shown = atoms.back(key)
            groups[shown] = groups.get(shown, S.Zero) + coefficient
    groups = _hyperbolic(_join(groups))
    over_pi: list[Expr] = []
    rest: list[Expr] = []
    for key, coefficient in groups.items():
        term = coefficient * key
        if key.as_powers_dict().get(pi, 0) == -1:
            over_pi.append(term)
        else:
            rest.append(term)
    if len(over_pi) > 1:
        over_pi = [t * pi for t in over_pi]
        splits = [factor_terms(fraction(t)[1]).as_coeff_Mul() for t in over_pi]
        number = Integer(ilcm(*(int(d) for d, _ in splits if d.is_Integer), 1))
        shared = {r for _, r in splits}
        common = shared.pop() if len(shared) == 1 else S.One
        rest.append(Mul(Add(*(t * number * common for t in over_pi)), 1 / number, 1 / common, 1 / pi))
    else:
        rest += over_pi
    return Add(*rest).replace(lambda e: isinstance(e, acos), lambda e: _angle(e))


def _angle(e: Expr) -> Expr:
    argument = e.args[0]
    return pi - acos(-argument) if argument.could_extract_minus_sign() else e


_POINTS = (Rational(37, 97), Rational(-29, 83), Rational(41, 67))


def same_value(left: Expr, right: Expr) -> bool:
    """Agreement to 12 digits at a point (variances large, covariances small, batch sizes 7)."""
    if left == right:
        return True
    symbols = sorted(left.free_symbols | right.free_symbols, key=str)
    values: dict[Expr, Expr] = {}
    for i, s in enumerate(symbols):
        values[s] = Integer(7) if s.is_integer else (1 + abs(_POINTS[i % 3]) if s.is_positive else _POINTS[i % 3] / 2)
    means = {m: Rational(17 + 3 * i, 31) for i, m in enumerate(sorted(left.atoms(Mean) | right.atoms(Mean), key=str))}
    left, right = (e.replace(BivariateNormalCdf, lambda h, k, r: h / 3 + k**2 / 5 + r / 7) for e in (left, right))
    a, b = (e.xreplace(means).xreplace(values).evalf(20) for e in (left, right))
    if not (a.is_comparable and b.is_comparable):
        return left.equals(right) is True
    return bool(abs(a - b) <= Float("1e-12") * (1 + abs(a)))


__all__ = ["present", "same_value", "tidy_roots"]
