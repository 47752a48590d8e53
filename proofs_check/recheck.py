"""Re-check a certificate with the standard library and flint alone; nothing of this project is imported.

    python recheck.py CERTIFICATE ...        status 0: confirmed, 1: readable but not confirmed, 2: malformed

A certificate is a JSON object ``{"format", "version", "id", "statement", "outcome", "steps"}``.  A step carries a relation between
two expression trees, what it is about, and a chain of digests that starts from the head.  Nothing is believed: every step is shown
again, in balls or in exact arithmetic, or reported as not confirmed.  Whether the steps add up to the statement is for the reader.

    identity     left = right at every point of a domain, both sides being quotients of polynomials in the same functions
    inequality   left < right (or <=) at every point of a domain, by a proof that the step carries (`nonnegative`)
    symbolic     shown elsewhere by other means: readable, never confirmed here

That both sides exist on the whole domain is part of what is shown.  A domain is a list of [name, lower end, upper end, brackets],
such as ["t", ["0", "1"], "oo", "[)"]; an integer is a real number here.  A step may carry "help", which saves a search: it is not
believed (`Field`).

Trees, each of which stands for a real number: ["q", "3", "4"], ["pi"], ["var", "t"], ["+", a, ...], ["*", ...], ["/", a, b],
["^", a, "3"], ["pow", a, b] for a > 0, [function, a, ...], ["limit", a, "n"] as n grows;
["mean", law, ["x", "y"], a] in closed form, the law being ["normal", lower triangle of the covariance], ["centred", n] or
["uncentred", n] (some coordinates of a batch of n under batch normalisation), and ["step", a] in it 1 where a > 0, else 0;
and in balls, f and g being functions of a variable x, ["gauss", f] for E f(X), ["gauss", f, g, rho] for E f(X) g(Y), X, Y standard
normal of correlation rho; ["sphere", "m", f] and ["sphere", "m", f, g, rho] for coordinates sqrt(m) s of a uniform point s of the
unit sphere in m dimensions along directions of cosine rho.

In this order: reading, balls, means in balls, quotients of polynomials, means of those, and the three kinds of steps.
"""

import functools
import hashlib
import json
import sys
import time
from itertools import pairwise, product
from math import comb, factorial, prod
from typing import Any, NamedTuple

from flint import Ordering, acb, arb, ctx, fmpq, fmpq_mpoly_ctx

FORMAT, VERSION, HEAD = "gramchain-certificate", 4, ("format", "version", "id", "statement", "outcome")
MOST_BYTES, MOST_DEPTH, MOST_PARTS, MOST_DIGITS, MOST_BITS, MOST_POWER = 4_000_000, 120, 100_000, 400, 4096, 200
MOST_TERMS, MOST_STEPS, MOST_SECONDS, MOST_COEFFICIENTS, MOST_ATOMS = 20_000, 400, 120, 41, 24
UNTIL, MEANS = [float("inf")], ("mean", "limit", "gauss", "sphere")
UNARY = ("sqrt", "exp", "log", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "erf", "erfc", "abs")  # fmt: skip
BOUNDED = {"sin": 1, "cos": 1, "tanh": 1, "erf": 1, "erfc": 2, "atan": 2}
PARTS = {"q": (2,), "pi": (0,), "var": (1,), "+": range(1, 999), "*": range(1, 999), "gauss": (1, 3), "sphere": (2, 4), "mean": (3,),
         "step": (1,), **dict.fromkeys(UNARY, (1,)), **dict.fromkeys(("/", "^", "pow", "max", "min", "limit"), (2,))}  # fmt: skip


class Malformed(ValueError):
    """The file is no certificate."""


class NotConfirmed(Exception):
    """The step is readable, and this program cannot show it."""


def need(condition, message):
    if not condition:
        raise Malformed(message)


def confirm(condition, message):
    if not condition:
        raise NotConfirmed(message)


def in_time():
    confirm(time.process_time() < UNTIL[0], "it takes too long")


def canonical(value):
    """The one spelling of a JSON value that is hashed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def digest(part):
    """Of a step, or of the head of a certificate."""
    kept = {k: v for k, v in part.items() if k not in ("digest", "steps")}
    return hashlib.sha256(canonical(kept).encode()).hexdigest()


# reading ---------------------------------------------------------------------------------------------------------------


def parse(text):
    """The JSON value in a text: no key twice, and numbers of more than six digits in strings alone."""
    need(len(text) <= MOST_BYTES, f"more than {MOST_BYTES} characters")

    def small(token):
        need(len(token) <= 6 and token.removeprefix("-").isdigit(), f"the number {token[:20]} stands outside a string")
        return int(token)

    def unique(pairs):
        need(len(dict(pairs)) == len(pairs), "a key occurs twice")
        return dict(pairs)

    return json.loads(text, parse_float=small, parse_constant=small, parse_int=small, object_pairs_hook=unique)


def size(value, depth=0):
    """How many parts a JSON value has, none of them too deep."""
    need(depth <= MOST_DEPTH, f"nested deeper than {MOST_DEPTH} levels")
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(size(part, depth + 1) for part in inner)


def read(text):
    """The certificate in a text, its limits and its chain of digests kept before anything is computed."""
    value = parse(text)
    known = isinstance(value, dict) and (value.get("format"), value.get("version")) == (FORMAT, VERSION)
    need(known, f"not {FORMAT} version {VERSION}")
    need(set(value) == {*HEAD, "steps"}, f"the keys are not {', '.join(HEAD)}, steps")
    need(all(isinstance(value[k], str) and len(value[k]) <= 4000 for k in HEAD[2:]), "the head is no short text")
    need(isinstance(value["steps"], list) and 1 <= len(value["steps"]) <= MOST_STEPS, "no list of steps, or too many")
    need(size(value) <= MOST_PARTS, f"more than {MOST_PARTS} parts")
    before = digest(value)
    for step in value["steps"]:
        kind = step.get("kind") if isinstance(step, dict) else None
        need(isinstance(kind, str) and kind in KINDS, "a step of unknown kind")
        keys, relations, _ = KINDS[kind]
        need(
            set(step) - {"help"} == {"kind", "previous", "digest", *keys},
            f"a {kind} step has other keys than it should",
        )
        need(step["previous"] == before and step["digest"] == digest(step), "a digest does not match: changed or cut")
        need(step.get("relation") in relations, f"another relation than {kind} shows")
        bits, aid, before = step.get("bits", 64), step.get("help", {}), step["digest"]
        need(type(bits) is int and 16 <= bits <= MOST_BITS, f"bits is no number from 16 to {MOST_BITS}")
        need(isinstance(aid, dict) and set(aid) <= {"scale", "sqrt", "log"}, "help of another kind")
        need(type(aid.get("scale", 2)) is int and 1 <= aid.get("scale", 2) <= 5040, "no scale from 1 to 5040")
        check_domain(step.get("variables", []))
    return value


def whole(text, largest=None):
    plain = isinstance(text, str) and len(text) <= MOST_DIGITS and text.isascii() and text.removeprefix("-").isdigit()
    need(plain and (largest is None or abs(int(text)) <= largest), "a number is no integer text, or too large")
    return int(text)


def rational(pair):
    need(isinstance(pair, list) and len(pair) == 2 and whole(pair[1]) > 0, "no pair of texts for a rational number")
    return fmpq(whole(pair[0]), whole(pair[1]))


def names(variables):
    plain = isinstance(variables, list) and all(isinstance(v, str) and v.isidentifier() for v in variables)
    need(plain and len(set(variables)) == len(variables) <= 8, "no list of variables, or one occurs twice")
    return variables


def check_domain(variables):
    names([v[0] for v in variables])
    for _, low, high, ends in variables:
        a, b = (end if end in ("-oo", "oo") else rational(end) for end in (low, high))
        need(ends in ("[]", "[)", "(]", "()"), "no brackets of an interval")
        at_ends = (a != "-oo" or ends[0] == "(") and (b != "oo" or ends[1] == ")")
        need(a != "oo" and b != "-oo" and at_ends, "an end is infinite")
        need(a == "-oo" or b == "oo" or a < b or (a == b and ends == "[]"), "an interval is empty")


def opened(tree):
    """The tag of a tree and its parts, as many as there must be."""
    in_time()
    need(isinstance(tree, list) and tree and isinstance(tree[0], str), "no tree")
    tag, *rest = tree
    need(tag in PARTS and len(rest) in PARTS[tag], f"unknown tag {tag[:20]!r}, or other parts than it takes")
    return tag, rest


# balls -----------------------------------------------------------------------------------------------------------------


def ball(tree, at, analytic=None, field=None):
    """A ball around the value: real, `at` a ball for every variable; or, where `analytic` says whether an integrand must be
    analytic, complex, and not finite wherever it is not certainly that, or not certainly real on the line.  A mean in closed form
    goes through a field."""
    tag, rest = opened(tree)
    if tag == "q":
        return arb(rational(rest))
    if tag == "pi":
        return arb.pi()
    if tag == "var":
        need(rest[0] in at, "a variable that has no domain, or is not the integrand's own")
        return at[rest[0]]
    if tag in (*MEANS, "step"):
        need(analytic is None, f"a {tag} in a mean")
        confirm(field or tag in ("gauss", "sphere"), f"no ball of a {tag}")
        return field.ball(field.of(tree), at) if tag in ("mean", "limit", "step") else mean(tag, *rest)
    if tag == "pow":
        return ball(["exp", ["*", rest[1], ["log", rest[0]]]], at, analytic, field)
    parts = [ball(part, at, analytic, field) for part in (rest[:1] if tag == "^" else rest)]
    if tag in ("+", "*"):
        return sum(parts) if tag == "+" else prod(parts)
    if tag == "/":
        return parts[0] / parts[1]
    real = all(isinstance(part, arb) for part in parts)
    if tag == "^":  # an even power of a real ball around 0 by its absolute value: tighter
        k = whole(rest[1], MOST_POWER)
        return power(abs(parts[0]) if real and k % 2 == 0 else parts[0], k)
    if tag in ("max", "min", "abs"):
        a, b = (parts[0], -parts[0]) if tag == "abs" else parts
        if real:
            return a.min(b) if tag == "min" else a.max(b)
        a, b = acb(a), acb(b)
        gap = (a - b).real
        if gap > 0 or gap < 0:
            return a if bool(gap > 0) == (tag != "min") else b
        joined = a.real.min(b.real) if tag == "min" else a.real.max(b.real)
        return acb("nan") if analytic or not (a.imag == 0 and b.imag == 0) else acb(joined)
    z = parts[0]
    cut = {"asin": True, "acos": True, "sqrt": not z.real > 0, "log": not z.real > 0, "atan": not abs(z.imag) < 1}
    return acb("nan") if not real and cut.get(tag) else getattr(z, tag)()


def power(base, k):
    """By products: a ball around 0 has powers, and what does not exist has no power 0."""
    total = prod([base] * abs(k), start=base * 0 + 1)
    return total if k >= 0 else 1 / total


def ball_of(tag, *z):
    """A function that a field has atoms for."""
    confirm(tag in ("pi", "sqrt", "exp", "log", "asin", "erf"), f"no ball of {tag}")
    return getattr(z[0], tag)() if z else arb.pi()


# means in balls --------------------------------------------------------------------------------------------------------


def growth(tree):
    """(C, p) with |tree(x)| <= C (1+|x|)^p for all real x, C a rational number.  Everything here has a value at every real x."""
    tag, rest = opened(tree)
    need(tag not in MEANS, "a mean in a mean")
    if tag in ("q", "pi", "var"):
        return abs(rational(rest)) if tag == "q" else fmpq(4 if tag == "pi" else 1), int(tag == "var")
    if tag == "exp" and rest[0][:2] == ["*", ["q", "-1", "1"]] and rest[0][2][0] == "^" and len(rest[0]) == 3:
        base, k = rest[0][2][1:]
        confirm(growth(base) and whole(k) >= 0 and whole(k) % 2 == 0, "no bound for exp in an integrand")
        return fmpq(1), 0  # exp(-a^2k) <= 1
    k = whole(rest[1], MOST_POWER) if tag == "^" else 1
    confirm(tag in ("+", "*", "^", "max", "min", "abs", *BOUNDED) and k >= 0, f"no bound for {tag} in an integrand")
    constants, powers = zip(*(growth(part) for part in (rest[:1] if tag == "^" else rest)))
    if tag in BOUNDED:
        return fmpq(BOUNDED[tag]), 0
    if tag == "^":
        return max(constants[0], fmpq(1)) ** k, powers[0] * k
    return (prod(constants), sum(powers)) if tag == "*" else (sum(constants), max(powers))


def integral(function, cuts):
    """Rigorous by acb.integral, whose analytic flag the integrand obeys."""
    failed: list = []

    def guarded(z, analytic):  # no exception may pass through acb.integral
        try:
            return acb("nan" if failed else function(z, analytic))
        except Exception as reason:
            failed.append(reason)
            return acb("nan")

    total = sum(acb.integral(guarded, acb(a), acb(b), eval_limit=10_000).real for a, b in pairwise(cuts))
    if failed:
        raise failed[0]
    return total


@functools.cache
def coefficient(m, text, k, bits):
    """E of a product of functions of x times a polynomial of degree k, at one coordinate: on the sphere in m dimensions the Gegenbauer
    polynomial with value 1 at 1, for m = 0 (normal) the Hermite polynomial He_k.  Computed once at each precision."""
    factors = json.loads(text)

    def integrand(x, s, analytic):
        return polynomial(m, k, s) * prod(ball(tree, {"x": x}, analytic) for tree in factors)

    if m:  # x = sqrt(m) cos t, and the density of the angle t is sin^(m-2)
        weight = (arb(m - 1) / 2).gamma() * arb.pi().sqrt() / (arb(m) / 2).gamma()
        angle = lambda t, analytic: integrand(arb(m).sqrt() * t.cos(), t.cos(), analytic) * t.sin() ** (m - 2)
        return integral(angle, [0, arb.pi() / 2, arb.pi()]) / weight
    c, p = growth(["*", *factors])
    c, p = c * factorial(k), p + k  # |He_k(x)| <= k! (1+|x|)^k
    confirm(p <= MOST_POWER, "an integrand grows too fast")
    reach = int((1.4 * bits) ** 0.5) + 9 + p // 4
    # (1+y)^p <= p! e^(1+y), so the tails are below C p! e E[exp(|X|); |X| > reach]
    tail = arb(c) * factorial(p) * (arb(3) / 2).exp() * ((reach - 1) / arb(2).sqrt()).erfc()
    middle = integral(lambda x, analytic: integrand(x, x, analytic) * (-x * x / 2).exp(), [-reach, 0, reach])
    return middle / (2 * arb.pi()).sqrt() + arb(0, tail.upper())


def polynomial(m, k, s):
    before, now = s * 0 + 1, s
    for j in range(1, k):
        following = ((2 * j + m - 2) * s * now - j * before) / (j + m - 2) if m else s * now - j * before
        before, now = now, following
    return now if k else before


def mean(tag, *rest):
    """E f g = sum_k weight_k f_k g_k factor_k; the rest, whose factors are at most `decay`, by Cauchy-Schwarz."""
    confirm(ctx.prec <= 640, "too many bits for a mean")
    m, (f, *more) = (whole(rest[0], 10_000), rest[1:]) if tag == "sphere" else (0, rest)
    need(tag == "gauss" or m >= 2, "a sphere of no dimension")
    known = lambda k, *factors: coefficient(m, canonical(factors), k, ctx.prec)
    if not more:
        return known(0, f)
    g, rho = more[0], rational(more[1])
    need(abs(rho) <= 1, "a correlation beyond 1")
    left_f, left_g, total, tail = known(0, f, f), known(0, g, g), arb(0), arb(0)
    for k in range(MOST_COEFFICIENTS):
        a, b = known(k, f), known(k, g)
        dimension = comb(m + k - 1, k) - (comb(m + k - 3, k - 2) if k >= 2 else 0) if m else 0
        weight = arb(dimension if m else fmpq(1, factorial(k)))
        factor, decay = (polynomial(m, k, rho), fmpq(1)) if m else (rho**k, abs(rho) ** (k + 1))
        total += weight * arb(factor) * a * b
        left_f, left_g = left_f - weight * a * a, left_g - weight * b * b
        tail = arb(decay) * (abs(left_f).upper() * abs(left_g).upper()).sqrt()
        if tail < arb(2) ** (-ctx.prec // 2) or not total.is_finite():
            break
    return total + arb(0, tail.upper())


# quotients of polynomials ----------------------------------------------------------------------------------------------

ANY, NONNEGATIVE, POSITIVE = ("-oo", "oo", "()"), (["0", "1"], "oo", "[)"), (["0", "1"], "oo", "()")


class Atom(NamedTuple):
    """A function `tag` of something, in an interval; None: of modulus 1.  `random`: it varies with the coordinates of a mean."""

    tag: str
    of: Any
    box: Any
    random: bool


class Quotient:
    """p/q, where q is known to vanish nowhere on the domain; two are equal if p q' - p' q is zero."""

    def __init__(self, field, p, q=None):
        self.field, (self.p, self.q) = field, field.lowest(p, field.one if q is None else q)

    def __add__(self, other):
        other = self.field.number(other)
        return Quotient(self.field, times(self.p, other.q) + times(other.p, self.q), times(self.q, other.q))

    def __mul__(self, other):
        other = self.field.number(other)
        return Quotient(self.field, times(self.p, other.p), times(self.q, other.q))

    def __truediv__(self, other):
        other = self.field.number(other)
        confirm(self.field.away(other.p), "a denominator is not shown to stay away from 0")
        return self * Quotient(self.field, other.q, other.p)

    def __pow__(self, k):
        return prod([self if k >= 0 else 1 / self] * abs(k), start=self.field.number(1))

    __neg__ = lambda self: self * -1
    __sub__ = lambda self, other: self + -self.field.number(other)
    __rsub__ = lambda self, other: -self + other
    __rtruediv__ = lambda self, other: self.field.number(other) / self
    __eq__ = lambda self, other: (self - other).p == 0  # type: ignore[assignment, operator]
    __radd__, __rmul__, __hash__ = __add__, __mul__, None  # type: ignore[assignment]

    def atoms(self):
        return [atom for p in (self.p, self.q) for atom, d in zip(self.field.atoms, p.degrees()) if d > 0]

    def random(self):
        return any(atom.random for atom in self.atoms())


class Field:
    """Quotients of polynomials in atoms: the variables of a domain, pi, i, and one for each root, exponential, logarithm, ... that is met.

    What a tree is replaced by equals it on the whole domain; and it is shown, for the whole domain, that no denominator vanishes and
    that what stands below a root, in a logarithm or in an arc sine belongs there, or the step is not confirmed.  The help: values to
    try for roots and logarithms, and a number that makes exponents integers, exp(c m) = exp(m/scale)^(c scale).
    """

    def __init__(self, variables=(), aid=()):
        self.ring = fmpq_mpoly_ctx.get(tuple(f"g{k}" for k in range(MOST_ATOMS)), Ordering.lex)
        self.gens, self.one, self.squares = self.ring.gens(), self.ring.constant(1), []  # type: ignore[var-annotated]
        self.atoms, self.law = [None] * MOST_ATOMS, None  # type: Any, Any
        self.found, self.scale = {"sqrt": [], "log": []}, dict(aid).get("scale", 2)  # type: ignore[var-annotated]
        for name, *box in variables:
            self.atom("var", name, box)
        for tag, known in self.found.items():
            for tree in dict(aid).get(tag, []):
                known.append(self.of(tree))

    def number(self, value):
        return value if isinstance(value, Quotient) else Quotient(self, self.one * value)

    def atom(self, tag, of=None, box=ANY, square=None):
        """The atom for a function `tag` of something: the one there is already, if any.  A new one comes before the others in the order
        of monomials, so that the remainder by g^2 - square has g^2 replaced by the square, a polynomial in g and older ones."""
        for g, known in zip(self.gens, self.atoms):
            if known and known.tag == tag and known.of == of:
                return Quotient(self, g)
        confirm(None in self.atoms, "too many different functions")
        k = MOST_ATOMS - 1 - self.atoms[::-1].index(None)
        drawn = tag in ("z", "step", "noisy", "exp z") or (isinstance(of, Quotient) and of.random())
        self.atoms[k] = Atom(tag, of, box, drawn)
        if square is not None:
            self.squares.insert(0, (k, self.gens[k] ** 2 - (self.gens[k] if square == "itself" else square)))
        return Quotient(self, self.gens[k])

    def reduced(self, p):
        """With squares replaced, those of the newest atoms first."""
        for k, square in self.squares if max(p.degrees()) > 1 else ():
            if p.degrees()[k] > 1:
                confirm(len(p) * len(square) <= 50 * MOST_TERMS, "the polynomials are too large")
                p = divmod(p, square)[1]
        return p

    def lowest(self, p, q):
        """With squares reduced, and a common factor cancelled, which does not vanish since q does not."""
        p, q = self.reduced(p), self.reduced(q)
        if not q.is_constant() and len(p) * len(q) <= MOST_TERMS and sum(p.degrees()) + sum(q.degrees()) <= 200:
            common = p.gcd(q)
            p, q = divmod(p, common)[0], divmod(q, common)[0]
        return p / q.leading_coefficient(), q / q.leading_coefficient()

    def sign(self, p):
        """(s, strict): s = 1 or -1 where p has that sign, or is 0, on the whole domain, else 0; strict: it vanishes nowhere.

        What lies between l and u is l + s, u - s or (l + u s)/(1 + s) with s >= 0; if all coefficients have one sign now, and what may
        have either sign has even powers alone, so has p.  It is not 0 if at each corner, s = 0 or oo, some monomial is not.
        """
        corners = []
        for k, degree in enumerate(p.degrees() if p != 0 else ()):
            if degree == 0:
                continue
            if self.atoms[k].box is None:
                return 0, False
            (low, high, ends), parts = self.atoms[k].box, {}  # type: ignore[var-annotated]
            for powers, c in p.to_dict().items():
                parts.setdefault(powers[k], {})[(*powers[:k], 0, *powers[k + 1 :])] = c
            if (low, high) == ("-oo", "oo"):
                corners.append([(k, 0)])
                if any(e % 2 for e in parts):
                    return 0, False
                continue
            finite, s, start = low != "-oo" and high != "oo", self.gens[k], rational(high if low == "-oo" else low)
            base = start + s * (rational(high) if finite else -1 if low == "-oo" else 1)
            p = self.one * 0
            for e, part in parts.items():
                spread = times(repeated(base, e), repeated(1 + s, degree - e if finite else 0))
                p += times(self.ring.from_dict(part), spread)
            near, far = "]" if low == "-oo" else "[", "]" * finite
            corners.append([(k, 0)] * (near in ends) + [(k, degree)] * (finite and far in ends))
        monomials = p.to_dict()
        signs = {c > 0 for c in monomials.values()}
        if len(signs) != 1:
            return int(p == 0), False
        met = lambda corner: any(all(powers[k] == e for k, e in corner) for powers in monomials)
        return (1 if signs.pop() else -1), all(met(corner) for corner in product(*filter(None, corners)))

    def sign_of(self, a):
        (s, strict), (t, never) = self.sign(a.p), self.sign(a.q)
        return s * t, strict and never

    def away(self, p):
        """Whether p vanishes nowhere on the domain: by its sign, or as a monomial of exponentials, some of them complex."""
        used = [atom for atom, degree in zip(self.atoms, p.degrees()) if degree]
        return p != 0 and (self.sign(p)[1] or (len(p) == 1 and all(atom.tag == "exp" for atom in used)))

    # functions

    def sqrt(self, a):
        if a == 0 or a == 1:
            return a
        for c in self.found["sqrt"]:
            if c * c == a and self.sign_of(c)[0] > 0:
                return c
        (s, strict), (t, _) = self.sign_of(a), self.sign(a.q)
        confirm(s > 0, "no sign is known below a root")
        below = Quotient(self, times(a.p, a.q))  # sqrt(p/q) = sqrt(p q)/|q|
        return self.atom("sqrt", below, POSITIVE if strict else NONNEGATIVE, below.p) / Quotient(self, a.q * t)

    def log(self, a):
        confirm(self.sign_of(a) == (1, True), "no sign is known in a logarithm")
        for c in (self.number(0), *self.found["log"]):
            if all(atom.box for atom in c.atoms()) and self.exp(c) == a:
                return c
        return self.atom("log", a)

    def exp(self, a):
        """The product over monomials c m of exp(m/scale)^(c scale), but exp(k log f) = f^k; in a mean, of exp(w z) and exp(w z^2)."""
        total = self.number(1)
        confirm(all(atom.box for atom, d in zip(self.atoms, a.q.degrees()) if d), "an exponent that may be complex")
        for powers, c in a.p.to_dict().items():
            used = [k for k, e in enumerate(powers) if e]
            unit = sum(self.atoms[k].box is None for k in used)
            confirm(unit == any(self.atoms[k].tag == "i" for k in used), "an exponent that may be complex")
            drawn, atom = [k for k in used if self.atoms[k].random], self.atoms[(used or [0])[0]]
            if drawn:
                (k, *more), e = drawn, powers[drawn[0]]
                weight = Quotient(self, self.ring.from_dict({(*powers[:k], 0, *powers[k + 1 :]): c}), a.q)
                plain = self.atoms[k].tag == "z" and e <= 2 and not more and not weight.random()
                confirm(plain, "an exponent that this arithmetic does not know")
                total *= self.atom("exp z", (self.atoms[k].of, e, weight), None if unit else POSITIVE)
            elif sum(powers) == 1 and atom.tag == "log" and a.q == 1 and c.q in (1, 2, 4):
                f = functools.reduce(lambda f, _: self.sqrt(f), range(int(c.q) // 2), atom.of)
                total *= f ** bounded(c * c.q)
            else:
                monomial = Quotient(self, self.ring.from_dict({powers: fmpq(1, self.scale)}), a.q)
                total *= self.atom("exp", monomial, None if unit else POSITIVE) ** bounded(c * self.scale)
        return total

    def asin(self, a):
        confirm(self.sign_of(1 - a * a)[0] > 0, "an arc sine beyond [-1, 1]")
        if a * a == 1 or a == 0:
            return a * self.function("pi") * fmpq(1, 2)
        return -self.atom("asin", -a) if a.p.leading_coefficient() < 0 else self.atom("asin", a)

    def function(self, tag, a=None, b=None):
        """A function of one or two values by those that have methods."""
        if tag in ("pi", "i"):
            return self.atom("pi", None, POSITIVE) if tag == "pi" else self.atom("i", None, None, self.one * -1)
        if tag in ("sqrt", "exp", "log", "asin", "step"):
            return getattr(self, tag)(a)
        if tag in ("sin", "cos", "sinh", "cosh", "tanh"):
            i = self.function("i") if tag in ("sin", "cos") else self.number(1)
            up, down = self.exp(a * i), self.exp(-a * i)
            if tag == "tanh":
                return (up - down) / (up + down)
            return (up + down) / 2 if tag.startswith("cos") else (up - down) * i / (2 if tag == "sinh" else -2)
        if tag in ("acos", "atan"):
            return self.function("pi") / 2 - self.asin(a) if tag == "acos" else self.asin(a / self.sqrt(1 + a * a))
        if tag in ("erf", "erfc"):
            found = 2 * self.step(a, "noisy") - 1 if a.random() else self.atom("erf", a)
            return found if tag == "erf" else 1 - found
        confirm(tag in ("abs", "max", "min"), f"{tag} is no function of this arithmetic")
        gap = a - b if b else a
        above = gap * self.step(gap)
        return 2 * above - a if tag == "abs" else b + above if tag == "max" else a - above

    def of(self, tree):
        """The quotient a tree is."""
        tag, rest = opened(tree)
        if tag == "q":
            return self.number(rational(rest))
        if tag == "var":
            if self.law and rest[0] in self.law[0]:
                return self.atom("z", self.law[0].index(rest[0]))
            known = any(atom and atom[:2] == ("var", rest[0]) for atom in self.atoms)
            confirm(known, f"the variable {rest[0]} has no domain")
            return self.atom("var", rest[0])
        need(not self.law or tag not in MEANS, "a mean in a mean")
        if tag in ("mean", "limit"):
            return self.mean(*rest) if tag == "mean" else self.limit(*rest)
        confirm(tag not in ("gauss", "sphere"), "a mean by quadrature is known in balls alone")
        parts = [self.of(part) for part in (rest[:1] if tag == "^" else rest)]
        if tag in ("+", "*"):
            return sum(parts, self.number(0)) if tag == "+" else prod(parts, start=self.number(1))
        if tag in ("/", "^"):
            return parts[0] / parts[1] if tag == "/" else parts[0] ** whole(rest[1], MOST_POWER)
        return self.exp(parts[1] * self.log(parts[0])) if tag == "pow" else self.function(tag, *parts)

    def limit(self, body, name):
        """Of a quotient of polynomials as the variable grows: of the leading terms."""
        inner = Field([(*names([name]), ["1000000000", "1"], "oo", "[)")])
        a = inner.of(body)
        d, e = a.p.degrees()[-1], a.q.degrees()[-1]
        confirm(inner.atoms.count(None) == MOST_ATOMS - 1 and d <= e, "no limit of a quotient of polynomials")
        return self.number(a.p.leading_coefficient() / a.q.leading_coefficient() if d == e and a.p != 0 else 0)

    def value(self, a, number, variable, function):
        """a with other things in place of its atoms and numbers: balls, or quotients of another field."""
        put = {}
        for k, atom in enumerate(self.atoms):
            if atom in a.atoms():
                inner = [self.value(atom.of, number, variable, function)] if isinstance(atom.of, Quotient) else []
                put[k] = variable(atom.of) if atom.tag == "var" else function(atom.tag, *inner)
        over, under = (sum((prod((power(put[k], e) for k, e in enumerate(powers) if e), start=number(c))
                            for powers, c in p.to_dict().items()), number(0)) for p in (a.p, a.q))  # fmt: skip
        return over / under

    def ball(self, a, at):
        return self.value(a, arb, at.__getitem__, ball_of)

    def slope(self, a):
        """The derivative by the one variable there is, by the rule of chains."""
        total = self.number(0)
        for g, atom in [(g, atom) for g, atom in zip(self.gens, self.atoms) if atom in a.atoms()]:
            k, x, of = self.gens.index(g), Quotient(self, g), atom.of
            outer = Quotient(self, times(a.p.derivative(k), a.q) - times(a.p, a.q.derivative(k)), times(a.q, a.q))
            if atom.tag in ("sqrt", "exp"):
                outer *= x if atom.tag == "exp" else 1 / (2 * x)
            elif atom.tag in ("log", "asin"):
                outer = outer / (of if atom.tag == "log" else self.sqrt(1 - of * of))
            elif atom.tag == "erf":
                outer *= 2 * self.exp(-of * of) / self.sqrt(self.function("pi"))
            if atom.tag not in ("pi", "i"):
                total += outer if atom.tag == "var" else outer * self.slope(of)
        return total

    def derived(self, tree, turns):
        """The quotient a tree is, or a derivative: as many times as there are turns, 1 or -1, by which it is multiplied."""
        found = self.of(tree)
        for turn in turns:
            found = self.slope(found) * turn
        return found

    # means of polynomials, steps, error functions and exponentials in the coordinates

    def covariance(self, kind, given, size):
        """Of a normal law, or of one with the same means of even degree on a sphere of radius sqrt(n), and the dimension m of that."""
        need(kind in ("normal", "centred", "uncentred") and 1 <= size <= (2 if kind == "normal" else 4), "no such mean")
        if kind != "normal":
            n, centred = self.of(given), int(kind == "centred")
            confirm(self.sign_of(n - max(2, size))[0] > 0, "the batch may be too small")
            return [[n * int(i == j) - centred for j in range(size)] for i in range(size)], n - centred
        need([len(row) for row in given] == list(range(1, size + 1)), "no lower triangle")
        entries = [[self.of(given[max(i, j)][min(i, j)]) for j in range(size)] for i in range(size)]
        minors = [entries[i][i] for i in range(size)] + [entries[0][0] * entries[-1][-1] - entries[0][-1] ** 2]
        confirm(all(self.sign_of(minor)[0] > 0 for minor in minors), "no covariance matrix")
        return entries, None

    def mean(self, law, variables, body):
        """Monomial by monomial; one of degree 2k has on the sphere its mean under the normal law over m (m+2) ... (m+2k-2)."""
        kind, given = law
        bound = [atom.of for atom in self.atoms if atom and atom.tag == "var"]
        confirm(not set(bound) & set(variables), "a name is bound twice")
        covariance, m = self.covariance(kind, given, len(names(variables)))
        self.law = variables, covariance
        try:
            value = self.of(body)
        finally:
            self.law = None
        confirm(not Quotient(self, value.q).random(), "a coordinate in a denominator")
        total = self.number(0)
        for powers, c in value.p.to_dict().items():
            outer, degrees, steps, waves = Quotient(self, self.one * c, value.q), [0] * len(covariance), [], []
            for g, atom, e in [(g, atom, e) for g, atom, e in zip(self.gens, self.atoms, powers) if e]:
                if not atom.random:
                    outer *= Quotient(self, g**e)
                elif atom.tag == "z":
                    degrees[atom.of] = e
                elif atom.tag in ("step", "noisy"):
                    steps += [atom] * e
                else:
                    confirm(atom.tag == "exp z" and m is None, "a mean that this arithmetic does not know")
                    waves.append((*atom.of[:2], atom.of[2] * e))
            if m is not None:
                plain = sum(degrees) % 2 == 0 and all(atom.tag == "step" for atom in steps)
                confirm(plain, "no mean of odd degree on a sphere")
                outer = outer / prod((m + j for j in range(0, sum(degrees), 2)), start=self.number(1))
            total += outer * self.expectation(degrees, steps, waves, covariance)
        return total

    def step(self, form, tag="step"):
        """1 where a linear form in the coordinates is positive, else 0; a noisy one, where it is after a normal variable of variance 1/2
        of its own is added: erf(f) = E sign(f + W)."""
        confirm(self.law, "a kink outside of a mean")
        z = [self.atom("z", i) for i in range(len(self.law[0]))]
        weights = tuple(Quotient(self, form.p.derivative(self.gens.index(c.p)), form.q) for c in z)
        linear = sum((w * c for w, c in zip(weights, z)), self.number(0)) == form
        confirm(linear and not any(w.random() for w in weights), "a kink of no linear form")
        spread = self.between(weights, weights, self.law[1])  # if it is 0 the step is not its own square
        confirm(tag == "noisy" or self.sign_of(spread) == (1, True), "a step of what may be 0 with a mass")
        return self.atom(tag, weights, NONNEGATIVE, "itself" if tag == "step" else None)

    def between(self, f, g, covariance):
        """The covariance of two linear forms."""
        terms = (v * w * covariance[i][j] for i, v in enumerate(f) for j, w in enumerate(g) if v.p != 0 and w.p != 0)
        return sum(terms, self.number(0))

    def expectation(self, degrees, steps, waves, covariance):
        """E of prod z_i^d_i, steps, and exp(w z_i) and exp(w z_i^2)."""
        size, outer, zero = len(degrees), self.number(1), self.number(0)
        forms = [tuple(self.number(int(i == j)) for j in range(size)) for i in range(size)] + [
            atom.of for atom in steps
        ]
        sigma = [[self.between(f, g, covariance) for g in forms] for f in forms]
        for u, atom in enumerate(steps, start=size):
            sigma[u][u] += fmpq(int(atom.tag == "noisy"), 2)
        # E exp(w z_i^2) g = r E' g, where E' has covariance sigma + 2 w r^2 sigma_i sigma_i^T, r^-2 = 1 - 2 w sigma_ii
        for i, _, w in (wave for wave in waves if wave[1] == 2):
            rest = 1 - 2 * w * sigma[i][i]
            confirm(self.sign_of(rest) == (1, True), "a mean of an exponential that does not exist")
            outer, scale = outer / self.sqrt(rest), 2 * w / rest
            sigma = [[s + scale * sigma[j][i] * sigma[i][k] for k, s in enumerate(row)] for j, row in enumerate(sigma)]
        # E exp(b z) g(z) = exp(b sigma b/2) E g(z + sigma b)
        shifts = [(i, w) for i, d, w in waves if d == 1]
        confirm(not (shifts and steps), "a step next to an exponential")
        middle = [sum((w * sigma[i][j] for i, w in shifts), zero) for j in range(size)]
        outer *= self.exp(sum((w * middle[i] for i, w in shifts), zero) / 2)
        own = [forms.index(atom.of) if atom.tag == "step" and atom.of in forms[:size] else None for atom in steps]
        return outer * self.moment(degrees, list(enumerate(own, start=size)), sigma, middle)

    def moment(self, degrees, steps, sigma, middle):
        """Stein's identity E z_i g = middle_i E g + sum_j sigma_ij E dg/dz_j; a step has a Dirac measure as its derivative, under which
        its form is 0 and the others have the covariance sigma - sigma_u sigma_u^T/sigma_uu.  A step comes with the coordinate it is of."""
        i = next((i for i, d in enumerate(degrees) if d), None)
        if i is None:
            return self.orthant(steps, sigma)
        rest, total = lowered(degrees, i), self.number(0)
        if middle[i].p != 0:
            total += middle[i] * self.moment(rest, steps, sigma, middle)
        for j, d in enumerate(rest):
            if d and sigma[i][j].p != 0:
                total += d * sigma[i][j] * self.moment(lowered(rest, j), steps, sigma, middle)
        for u, own in steps:
            if sigma[i][u].p == 0 or (own is not None and rest[own]):  # z_own is a factor, and it is 0 there
                continue
            root, left = self.sqrt(sigma[u][u]), [step for step in steps if step[0] != u]
            # sigma_uu may be 0 where z_i is the form itself
            height = (root if own == i else sigma[i][u] / root) / self.sqrt(2 * self.function("pi"))
            if any(rest) or left:
                given = [[s - a[u] * sigma[u][j] / sigma[u][u] for j, s in enumerate(a)] for a in sigma]
                height *= self.moment(rest, left, given, middle)
            total += height
        return total

    def orthant(self, steps, sigma):
        """P(all forms > 0): 1, 1/2, 1/4 + asin/(2 pi)."""
        confirm(len(steps) <= 2, "the probability of more than two signs")
        if len(steps) < 2:
            return self.number(fmpq(1, 2 ** len(steps)))
        (u, _), (v, _) = steps
        angle = self.asin(sigma[u][v] / (self.sqrt(sigma[u][u]) * self.sqrt(sigma[v][v])))
        return fmpq(1, 4) + angle / (2 * self.function("pi"))


def lowered(degrees, i):
    return [d - (j == i) for j, d in enumerate(degrees)]


def bounded(c):
    confirm(c.q == 1 and abs(c.p) <= 10 * MOST_POWER, "a power that is too large, or no integer: another scale")
    return int(c.p)


def repeated(p, k):
    total = p * 0 + 1
    for _ in range(k):
        total = times(total, p)
    return total


def times(p, q):
    in_time()
    confirm(len(p) * len(q) <= 50 * MOST_TERMS, "the polynomials are too large")
    total = p * q
    size = max((max(int(c.p).bit_length(), int(c.q).bit_length()) for c in total.coeffs()), default=0)
    confirm(len(total) <= MOST_TERMS and size <= 20_000, "a polynomial is too large")
    return total


# steps -----------------------------------------------------------------------------------------------------------------


def seen(tree, field):
    """Like `Field.sign`; what the polynomial does not show is seen from the factors and terms of the tree, and its even powers."""
    (tag, rest), a = opened(tree), field.of(tree)
    if field.sign_of(a)[0] or tag not in ("*", "+", "^"):
        return field.sign_of(a)
    if tag == "^":
        return int(whole(rest[1]) > 0 and whole(rest[1]) % 2 == 0), False
    signs, strict = zip(*(seen(part, field) for part in rest))
    return (prod(signs), all(strict)) if tag == "*" else (int(min(signs) > 0), any(strict))


def nonnegative(gap, boxes, entries, aid, turns=(), last=None):
    """Whether gap > 0 is shown on a box, or gap >= 0 alone.  The next of the entries says how, and others may follow it:

    [axis, top, bottom]: the box is cut there, and both parts have proofs; "balls": in a ball around the box; "coefficients": by the sign
    of a polynomial; ["form", tree]: the gap is equal to a tree whose sign is seen; "rise" and "fall": it is >= 0 at the lower or the upper
    end of the interval of one variable, and grows from there on, since the derivative has a sign, of which the proof follows.  Below
    such a proof the gap is the derivative times `turns`.
    """
    in_time()
    how = next(entries, last)
    if isinstance(how, list) and len(how) == 3:
        need(type(how[0]) is int and 0 <= how[0] < len(boxes), "a cut of no variable")
        (name, low, high, ends), at = boxes[how[0]], rational(how[1:])
        inside = (low == "-oo" or rational(low) < at) and (high == "oo" or at < rational(high))
        need(inside, "a cut lies outside its box")
        halves = (name, low, how[1:], ends[0] + "]"), (name, how[1:], high, "[" + ends[1])
        pieces = ([*boxes[: how[0]], half, *boxes[how[0] + 1 :]] for half in halves)
        return min([nonnegative(gap, piece, entries, aid, turns) for piece in pieces])
    if how == "balls":
        confirm(all(low != "-oo" and high != "oo" for _, low, high, _ in boxes), "balls are for bounded boxes")
        at = {name: arb(rational(low)).union(arb(rational(high))) for name, low, high, _ in boxes}
        field = Field(boxes, aid)
        value = field.ball(field.derived(gap, turns), at) if turns else ball(gap, at, field=field)
        confirm(value >= 0, f"the ball {value.str(8)} does not show the sign")
        return bool(value > 0)
    if how in ("rise", "fall"):
        confirm(len(boxes) == 1 and len(turns) < 4, "a slope is for one variable, and so many times")
        ((name, low, high, ends),) = boxes
        place, end, turn = (0, low, 1) if how == "rise" else (1, high, -1)
        confirm(isinstance(end, list), "no end to start from")
        shut, opened_there = ("[" + ends[1], "(" + ends[1]) if how == "rise" else (ends[0] + "]", ends[0] + ")")
        field, there = Field([(name, low, high, shut)], aid), Field((), {"scale": aid.get("scale", 2)})
        found = field.derived(gap, turns)  # it exists, and is continuous, up to the end
        start = field.value(found, there.number, lambda _: there.number(rational(end)), there.function)
        value = there.ball(start, {})
        confirm(value > 0 or start == 0, f"the ball {value.str(8)} at the end does not show the sign")
        rising = nonnegative(gap, [(name, low, high, opened_there)], entries, aid, (*turns, turn), "coefficients")
        return bool(value > 0) or (rising and ends[place] in "()")
    field = Field(boxes, aid)
    found = field.derived(gap, turns)
    form = isinstance(how, list) and len(how) == 2 and how[0] == "form"
    need(form or how == "coefficients", "cuts are missing, or of another kind")
    confirm(not form or field.of(how[1]) == found, "the form is not the difference")
    sign, strict = seen(how[1], field) if form else field.sign_of(found)
    confirm(sign > 0, "the coefficients have mixed signs")
    return strict


def inequality(step):
    gap, entries = ["+", step["right"], ["*", ["q", "-1", "1"], step["left"]]], iter(step["cuts"])
    strict = nonnegative(gap, step["variables"], entries, step.get("help", {}))
    need(next(entries, None) is None, "cuts are left over")
    confirm(strict or step["relation"] == "<=", "the two sides may meet")


def identity(step):
    field = Field(step["variables"], step.get("help", {}))
    confirm(field.of(step["left"]) == field.of(step["right"]), "the two sides are not shown to be the same")


def symbolic(step):
    raise NotConfirmed(f"shown by other means: {str(step['note'])[:200]}")


SIDES = ("relation", "left", "right", "variables")
KINDS: dict = {
    "inequality": ((*SIDES, "bits", "cuts"), ("<", "<="), inequality),
    "identity": (SIDES, ("=",), identity),
    "symbolic": (("note",), (None,), symbolic),
}  # keys besides kind, previous, digest and help; relations; the check


def recheck(text, seconds=MOST_SECONDS):
    """(status, reason) of a certificate: 0 confirmed, 1 readable but not confirmed, 2 malformed."""
    before, UNTIL[0], open_steps = ctx.prec, time.process_time() + seconds, []
    coefficient.cache_clear()
    try:
        steps = read(text)["steps"]
        for place, step in enumerate(steps, start=1):
            ctx.prec = step.get("bits", 64)
            try:
                KINDS[step["kind"]][2](step)
            except NotConfirmed as reason:
                open_steps.append(f"step {place} ({step['kind']}) not confirmed: {reason}")
        if open_steps:
            shown = len(steps) - len(open_steps)
            return 1, " ".join(f"{shown} of {len(steps)} steps confirmed; {open_steps[0]}".split())
        return 0, f"{len(steps)} step{'s' * (len(steps) > 1)} confirmed"
    except Exception as error:
        kind = "" if isinstance(error, Malformed) else type(error).__name__ + ": "
        return 2, " ".join(f"malformed: {kind}{error}".split())[:300]
    finally:
        ctx.prec, UNTIL[0] = before, float("inf")


def recheck_file(path, check=recheck):
    """(status, reason) of a file, by the check of its format."""
    try:
        with open(path, encoding="utf-8") as file:
            return check(file.read(MOST_BYTES + 1))
    except (OSError, ValueError) as error:
        return 2, f"malformed: cannot be read ({error})"


def main(paths, program="recheck.py", check=recheck):
    if not paths or paths[0] in ("-h", "--help"):
        meaning = "status 0: confirmed, 1: readable but not confirmed, 2: malformed"
        print(f"usage: python {program} CERTIFICATE ...        {meaning}", file=sys.stderr)
        return 0 if paths else 2
    found = [recheck_file(path, check) for path in paths]
    for path, (_, reason) in zip(paths, found):
        print(f"{path}: {reason}")
    return max(status for status, _ in found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
