"""Re-check a certificate with the standard library and flint alone; nothing of this project is imported.

    python recheck.py CERTIFICATE ...        status 0: confirmed, 1: readable but not confirmed, 2: malformed

A certificate is a JSON object ``{"format", "version", "id", "statement", "outcome", "steps"}``.  A step carries a relation between
two expression trees, what it is about, and a chain of digests that starts from the head.  Nothing is believed: every step is shown
again, in balls or in exact arithmetic, or reported as not confirmed.  Whether the steps add up to the statement is for the reader.

    identity     left = right at every point of a domain, both sides being quotients of polynomials in the same functions
    inequality   left < right (or <=) at every point of a domain: a tree of cuts, and how each box of it is shown: in balls, by the
                 signs of coefficients, or by the value at an end of an interval and the sign of the derivative
    symbolic     shown elsewhere by other means: readable, never confirmed here

That both sides exist on the whole domain is part of what is shown.  A domain is a list of [name, lower end, upper end, brackets],
such as ["t", ["0", "1"], "oo", "[)"]; an integer is a real number here.

Trees: ["q", "3", "4"], ["pi"], ["var", "t"], ["+", a, ...], ["*", ...], ["/", a, b], ["^", a, "3"], ["pow", a, b] for a > 0,
[function, a, ...], ["limit", a, "n"] as n grows;
["mean", law, ["x", "y"], a] in closed form, the law being ["normal", lower triangle of the covariance], ["centred", n] or
["uncentred", n] (some coordinates of a batch of n under batch normalisation), and ["step", a] in it 1 where a > 0, else 0;
and by quadrature ["gauss", f, "x"] for E f(X), ["gauss", f, "x", g, "y", rho] for E f(X) g(Y), X, Y standard normal of correlation
rho; ["sphere", f, "x", "m"] and ["sphere", f, "x", g, "y", "m", rho] for coordinates sqrt(m) s of a uniform point s of the unit
sphere in m dimensions along directions of cosine rho.
"""

import functools
import hashlib
import json
import re
import sys
import time
from fractions import Fraction
from itertools import combinations, pairwise
from itertools import product as iterproduct
from math import comb, factorial, lcm, prod

from flint import Ordering, acb, arb, ctx, fmpq, fmpq_mpoly_ctx, fmpz

FORMAT, VERSION, HEAD = "gramchain-certificate", 3, ("format", "version", "id", "statement", "outcome")
MOST_BYTES, MOST_DEPTH, MOST_NODES, MOST_DIGITS, MOST_BITS, MOST_POWER = 4_000_000, 120, 20_000, 400, 4096, 200
MOST_TERMS, MOST_STEPS, MOST_SECONDS, MOST_COEFFICIENTS, MOST_GENERATORS = 20_000, 400, 120, 41, 24
UNTIL = [float("inf")]
MEANS: dict = {}
FIELD: list = [None]
UNARY = "sqrt exp log sin cos tan asin acos atan sinh cosh tanh erf erfc abs"
REAL = {**dict.fromkeys(UNARY.split(" "), 1), "max": 2, "min": 2}
BOUNDED = {"sin": 1, "cos": 1, "tanh": 1, "erf": 1, "erfc": 2, "atan": 2}


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


def canonical(value):
    """The one spelling of a JSON value that is hashed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def digest(part):
    """Of a step, or of the head of a certificate."""
    return hashlib.sha256(
        canonical({k: v for k, v in part.items() if k not in ("digest", "steps")}).encode()
    ).hexdigest()


# reading ---------------------------------------------------------------------------------------------------------------


def parse(text):
    """The JSON value in a text: plain, shallow, no key twice, and numbers of more than six digits in strings alone."""
    need(len(text) <= MOST_BYTES, f"more than {MOST_BYTES} characters")
    depth = 0
    for c in re.sub(r'"(?:[^"\\]|\\.)*"', "", text):
        depth += (c in "[{") - (c in "]}")
        need(depth <= MOST_DEPTH, f"nested deeper than {MOST_DEPTH} levels")

    def refuse(token):
        raise Malformed(f"the number {token[:20]} stands outside a string")

    def unique(pairs):
        need(len(dict(pairs)) == len(pairs), "a key occurs twice")
        return dict(pairs)

    try:
        return json.loads(text, parse_float=refuse, parse_constant=refuse, object_pairs_hook=unique,
                          parse_int=lambda token: int(token) if len(token) <= 6 else refuse(token))  # fmt: skip
    except (json.JSONDecodeError, RecursionError) as error:
        raise Malformed(f"no JSON: {error}") from None


def read(text):
    """The certificate in a text, every limit kept before anything is computed."""
    value = parse(text)
    need(isinstance(value, dict) and set(value) == {*HEAD, "steps"}, f"the keys are not {', '.join(HEAD)}, steps")
    need((value["format"], value["version"]) == (FORMAT, VERSION), f"not {FORMAT} version {VERSION}")
    need(all(isinstance(value[k], str) and len(value[k]) <= 4000 for k in HEAD[2:]), "the head is no short text")
    need(isinstance(value["steps"], list) and 1 <= len(value["steps"]) <= MOST_STEPS, "no list of steps, or too many")
    before, count = digest(value), [0]
    for step in value["steps"]:
        kind = step.get("kind") if isinstance(step, dict) else None
        need(isinstance(kind, str) and kind in KINDS, "a step of unknown kind")
        need(
            set(step) == {"kind", "previous", "digest", *KINDS[kind][0]}, f"a {kind} step has other keys than it should"
        )
        need(step["previous"] == before and step["digest"] == digest(step), "a digest does not match: changed or cut")
        before = step["digest"]
        if kind != "symbolic":
            check_tree(step["left"], count)
            check_tree(step["right"], count)
            check_domain(step["variables"])
            need(
                step["relation"] in (("=",) if kind == "identity" else ("<", "<=")),
                f"another relation than {kind} shows",
            )
        bits = step.get("bits", 64)
        need(type(bits) is int and 16 <= bits <= MOST_BITS, f"bits is no number from 16 to {MOST_BITS}")
    return value


def whole(text, largest=None):
    plain = isinstance(text, str) and len(text) <= MOST_DIGITS and text.isascii() and text.removeprefix("-").isdigit()
    need(plain and (largest is None or abs(int(text)) <= largest), "a number is no integer text, or too large")
    return int(text)


def rational(pair):
    need(isinstance(pair, list) and len(pair) == 2 and whole(pair[1]) > 0, "no pair of texts for a rational number")
    return Fraction(whole(pair[0]), whole(pair[1]))


def names(variables):
    need(isinstance(variables, list) and len(variables) <= 8, "no list of variables")
    need(all(isinstance(v, str) and v.isidentifier() for v in variables), "a variable has no name")
    need(len(set(variables)) == len(variables), "a variable occurs twice")
    return variables


def check_domain(variables):
    need(
        isinstance(variables, list) and all(isinstance(v, list) and len(v) == 4 for v in variables),
        "no list of variables",
    )
    names([v[0] for v in variables])
    for _, low, high, ends in variables:
        a, b = (end if end in ("-oo", "oo") else rational(end) for end in (low, high))
        need(ends in ("[]", "[)", "(]", "()"), "no brackets of an interval")
        need(
            a != "oo" and b != "-oo" and (a != "-oo" or ends[0] == "(") and (b != "oo" or ends[1] == ")"),
            "an end is infinite",
        )
        need(a == "-oo" or b == "oo" or a < b or (a == b and ends == "[]"), "an interval is empty")


def check_tree(tree, count, inside=None):
    """Refuse what is no tree; in a mean (`inside`: the one variable of an integrand, or "" for any) means as well."""
    count[0] += 1
    need(
        count[0] <= MOST_NODES and isinstance(tree, list) and tree and isinstance(tree[0], str), "no tree, or too large"
    )
    tag, rest = tree[0], tree[1:]
    if tag == "q":
        rational(rest)
    elif tag == "var":
        need(len(names(rest)) == 1 and inside in (None, "", rest[0]), "no variable, or not the integrand's own")
    elif tag == "^":
        need(len(rest) == 2, "a power takes two parts")
        check_tree(rest[0], count, inside)
        whole(rest[1], MOST_POWER)
    elif tag == "mean":
        need(inside is None and len(rest) == 3 and isinstance(rest[0], list) and len(rest[0]) == 2, "no mean")
        size = len(names(rest[1]))
        need(1 <= size <= 4 and rest[0][0] in ("normal", "centred", "uncentred"), "no mean of one to four coordinates")
        rows = rest[0][1] if rest[0][0] == "normal" else [[rest[0][1]]]
        need(isinstance(rows, list) and all(isinstance(row, list) for row in rows), "no law")
        need(rest[0][0] != "normal" or [len(row) for row in rows] == list(range(1, size + 1)), "no lower triangle")
        for part in (entry for row in rows for entry in row):
            check_tree(part, count, "")
        check_tree(rest[2], count, "")
    elif tag == "limit":
        need(inside is None and len(rest) == 2 and len(names(rest[1:])) == 1, "no limit")
        check_tree(rest[0], count, "")
    elif tag in ("gauss", "sphere"):
        need(inside is None and len(rest) in ((2, 5) if tag == "gauss" else (3, 6)), f"{tag} takes other parts")
        for body, name in (rest[:2], rest[2:4])[: 1 + (len(rest) > 3)]:
            names([name])
            check_tree(body, count, name)
        need(tag == "gauss" or whole(rest[2] if len(rest) == 3 else rest[4], 10_000) >= 2, "a sphere of no dimension")
        need(len(rest) <= 3 or abs(rational(rest[-1])) <= 1, "a correlation beyond 1")
    else:
        arity = {"pi": 0, "/": 2, "pow": 2, "step": 1, "+": len(rest) or 1, "*": len(rest) or 1, **REAL}
        need(arity.get(tag) == len(rest), f"unknown tag {tag[:20]!r}, or other parts than it takes")
        for part in rest:
            check_tree(part, count, inside)


# balls -----------------------------------------------------------------------------------------------------------------


def ball(tree, at, analytic=None):
    """A ball around the value: real, `at` a ball for every variable; or, where `analytic` says whether an integrand must be
    analytic, complex, and not finite wherever it is not certainly that, or not certainly real on the line."""
    confirm(time.process_time() < UNTIL[0], "it takes too long")
    tag, rest = tree[0], tree[1:]
    if tag == "q":
        return arb(fmpq(int(rest[0]), int(rest[1])))
    if tag == "pi":
        return arb.pi()
    if tag == "var":
        confirm(rest[0] in at, f"the variable {rest[0]} has no domain")
        return at[rest[0]]
    if tag in ("gauss", "sphere"):
        return mean(tree)
    if tag in ("mean", "limit"):
        p, q = FIELD[0].of(tree)
        return FIELD[0].value(p, at) / FIELD[0].value(q, at)
    if tag == "pow":
        return ball(["exp", ["*", rest[1], ["log", rest[0]]]], at, analytic)
    confirm(tag != "step", "a step outside of a mean")
    parts = [ball(part, at, analytic) for part in (rest[:1] if tag == "^" else rest)]
    if tag in ("+", "*"):
        return sum(parts) if tag == "+" else prod(parts)
    if tag == "/":
        return parts[0] / parts[1]
    real = all(isinstance(part, arb) for part in parts)
    if tag == "^":  # an even power of a real ball around 0 by its absolute value: tighter
        k = whole(rest[1])
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
    branched = not real and (
        tag in ("asin", "acos")
        or (tag in ("sqrt", "log") and not z.real > 0)
        or (tag == "atan" and not abs(z.imag) < 1)
    )
    return acb("nan") if branched else getattr(z, tag)()


def exact(fraction):
    return arb(fmpq(fraction.numerator, fraction.denominator))


def power(base, k):
    total = prod([base] * abs(k)) if k else base * 0 + 1
    return total if k >= 0 else 1 / total


# means -----------------------------------------------------------------------------------------------------------------


def growth(tree):
    """(C, p, r) with |tree(x)| <= C (1+|x|)^p exp(r|x|) for all real x, each a rational number."""
    tag, rest = tree[0], tree[1:]
    if tag in ("q", "pi", "var", *BOUNDED):
        constant = abs(rational(rest)) if tag == "q" else Fraction({"pi": 4, "var": 1, **BOUNDED}[tag])
        return constant, int(tag == "var"), Fraction(0)
    if tag == "exp" and rest[0][0] == "*" and rest[0][1][0] == "q" and rational(rest[0][1][1:]) <= 0:
        if all(least(part) >= 0 for part in rest[0][2:]):  # the exponential of something that is nowhere positive
            return Fraction(1), 0, Fraction(0)
    if tag == "log" and rest[0][:2] == ["+", ["q", "1", "1"]] and len(rest[0]) == 3 and rest[0][2][0] == "exp":
        c, p, r = growth(rest[0][2][1])  # 0 <= log(1 + exp(a)) <= 1 + |a|
        return c + 1, p, r
    if tag == "/":
        confirm(least(rest[1]) > 0, "no bound for a quotient in an integrand")
        c, p, r = growth(rest[0])
        return c / least(rest[1]), p, r
    k = whole(rest[1]) if tag == "^" else 1
    constants, powers, rates = zip(*(growth(part) for part in (rest[:1] if tag == "^" else rest)))
    if tag in ("+", "max", "min", "abs"):
        return sum(constants), max(powers), max(rates)
    if tag == "*":
        return prod(constants), sum(powers), sum(rates)
    if tag == "^" and k >= 0:
        return max(constants[0], 1) ** k, powers[0] * k, rates[0] * k
    linear = powers[0] <= 1 and rates[0] == 0 and constants[0] <= 50
    confirm(tag in ("exp", "sinh", "cosh") and linear, f"no bound for {tag} in an integrand")
    return Fraction(3) ** (int(constants[0]) + 1), 0, constants[0]


def least(tree):
    """A rational number that the tree is never below on the real line; -1 where none is known."""
    tag, rest = tree[0], tree[1:]
    if tag == "q":
        return rational(rest)
    if tag in ("pi", "cosh", "exp", "abs", "sqrt") or (tag == "^" and whole(rest[1]) % 2 == 0):
        return Fraction({"pi": 3, "cosh": 1}.get(tag, 0))
    floors = [least(part) for part in rest] if tag in ("+", "*") else [-1]
    return Fraction(-1) if min(floors) < 0 else Fraction(sum(floors) if tag == "+" else 0)


def everywhere(tree):
    """Confirm that an integrand has a value at every real number: a bound far out alone does not tell."""
    tag, rest = tree[0], tree[1:]
    if tag in ("q", "pi", "var"):
        return
    low = least(rest[1] if tag == "/" else rest[0])
    below = tag in ("/", "log") or (tag == "^" and whole(rest[1]) < 0)
    known = tag not in ("pow", "tan", "asin", "acos", "step") and low >= (0 if tag == "sqrt" else -1)
    confirm(known and (low > 0 or not below), f"{tag} may have no value somewhere in an integrand")
    for part in rest[:1] if tag == "^" else rest:
        everywhere(part)


def integral(function, cuts):
    """Rigorous by acb.integral, whose analytic flag the integrand obeys."""
    failed = []

    def guarded(z, analytic):
        try:
            return acb(function(z, analytic))
        except NotConfirmed as reason:  # no exception may pass through acb.integral
            failed.append(reason)
            return acb("nan")

    total = arb(0)
    for low, high in pairwise(cuts):
        total += acb.integral(guarded, acb(low), acb(high), eval_limit=10_000).real
        confirm(not failed, failed[:1] and failed[0])
    return total


def coefficient(m, factors, k=0):
    """E of functions, each a pair (tree, variable), times a polynomial of degree k, at one coordinate: on the sphere in m dimensions
    the Gegenbauer polynomial with value 1 at 1, for m = 0 (normal) the Hermite polynomial He_k."""

    def integrand(z, s, analytic):
        return polynomial(m, k, s) * prod(ball(tree, {name: z}, analytic) for tree, name in factors)

    if m:  # the density of the angle is sin^(m-2)
        weight = exact(Fraction(m - 1, 2)).gamma() * arb.pi().sqrt() / exact(Fraction(m, 2)).gamma()

        def density(t, analytic):
            return integrand(arb(m).sqrt() * t.cos(), t.cos(), analytic) * power(t.sin(), m - 2)

        return integral(density, [0, arb.pi() / 2, arb.pi()]) / weight
    for tree, _ in factors:
        everywhere(tree)
    c, p, r = growth(["*", *(tree for tree, _ in factors)])
    c, p = c * factorial(k), p + k  # |He_k(x)| <= k! (1+|x|)^k
    confirm(p <= MOST_POWER and r <= 100, "an integrand grows too fast")
    reach = int((1.4 * ctx.prec) ** 0.5 + float(r)) + 9 + p // 4
    # (1+y)^p <= p! e^(1+y), so the tails are below C p! e E[exp((r+1)|X|); |X| > reach]
    s = exact(r) + 1
    tail = exact(c) * factorial(p) * arb(1).exp() * (s * s / 2).exp() * ((reach - s) / arb(2).sqrt()).erfc()
    middle = integral(lambda z, analytic: integrand(z, z, analytic) * (-z * z / 2).exp(), [-reach, 0, reach])
    return middle / (2 * arb.pi()).sqrt() + arb(0, tail.upper())


def polynomial(m, k, s):
    before, now = s * 0 + 1, s
    for j in range(1, k):
        following = ((2 * j + m - 2) * s * now - j * before) / (j + m - 2) if m else s * now - j * before
        before, now = now, following
    return now if k else before


def mean(tree):
    """The mean a tree stands for; computed once at each precision."""
    key = (canonical(tree), ctx.prec)
    if key not in MEANS:
        confirm(ctx.prec <= 640, "too many bits for a mean")
        m = 0 if tree[0] == "gauss" else whole(tree[3] if len(tree) == 4 else tree[5])
        f, g = tree[1:3], tree[3:5]
        MEANS[key] = coefficient(m, [f]) if len(tree) <= 4 else pair(m, f, g, rational(tree[-1]))
    return MEANS[key]


def pair(m, f, g, rho):
    """E f g = sum_k weight_k f_k g_k factor_k; the rest, whose factors are at most `decay`, by Cauchy-Schwarz."""
    same = f[0] == g[0]
    left_f = coefficient(m, [f, f])
    left_g, total, rest = left_f if same else coefficient(m, [g, g]), arb(0), arb(0)
    for k in range(MOST_COEFFICIENTS):
        a = coefficient(m, [f], k)
        b = a if same else coefficient(m, [g], k)
        dimension = comb(m + k - 1, k) - (comb(m + k - 3, k - 2) if k >= 2 else 0) if m else 0
        weight = exact(Fraction(dimension)) if m else exact(Fraction(1, factorial(k)))
        factor, decay = (polynomial(m, k, rho), Fraction(1)) if m else (rho**k, abs(rho) ** (k + 1))
        total += weight * exact(Fraction(factor)) * a * b
        left_f, left_g = left_f - weight * a * a, left_g - weight * b * b
        rest = exact(decay) * (abs(left_f).upper() * abs(left_g).upper()).sqrt()
        if rest < arb(2) ** (-ctx.prec // 2) or not total.is_finite():
            break
    return total + arb(0, rest.upper())


# quotients of polynomials ----------------------------------------------------------------------------------------------

ANY, NONNEGATIVE, POSITIVE, UNIT = range(4)  # what is known of a generator; UNIT: a complex number of modulus 1
ODD, RANDOM = ("asin", "erf"), ("z", "step", "noisy")
ANGLES = {(0, 1): 0, (1, 4): 6, (1, 2): 4, (3, 4): 3, (1, 1): 2}  # square of a sine: the angle is pi over this


class Field:
    """Quotients (p, q) of polynomials in generators: the variables of a domain, pi, i, and one for each root, exponential, logarithm
    and arc sine that is met.  Every rule here is an identity; and it is shown, for the whole domain, that no denominator vanishes and
    that what stands below a root, in a logarithm or in an arc sine belongs there, or the step is not confirmed."""

    scale = 2  # exponentials are powers of generators exp(monomial/scale)

    def __init__(self, variables=()):
        self.ring = fmpq_mpoly_ctx.get(tuple(f"g{k}" for k in range(MOST_GENERATORS)), Ordering.lex)
        self.gens, self.one = self.ring.gens(), self.ring.constant(1)
        self.zero, self.unit = (self.one * 0, self.one), (self.one, self.one)
        self.known: list = []  # of each generator: function, argument, sign, whether it varies with the variables or coordinates
        self.boxes, self.bound, self.seen, self.forms, self.kinks = {}, {}, {}, [], []  # type: ignore[var-annotated]
        for name, *box in variables:
            self.boxes[len(self.known)] = box
            self.generator("var", name, ANY, True)

    def generator(self, tag, what, sign, varies=False):
        """The generator for a function `tag` of `what`: the one there is already, if any."""
        for k, (other, known, *_) in enumerate(self.known):
            if other == tag and known == what:
                return self.gens[k]
            if other == tag and tag in ODD:
                if self.plus(known, (-what[0], what[1]))[0] == 0:
                    return self.gens[k]
                if self.plus(known, what)[0] == 0:
                    return -self.gens[k]
        confirm(len(self.known) < MOST_GENERATORS, "too many different functions")
        varies = varies or (isinstance(what, tuple) and any(self.depends(p, "varies") for p in what))
        random = tag in RANDOM or (isinstance(what, tuple) and any(self.depends(p, "random") for p in what))
        self.known.append((tag, what, sign, {"varies": varies or random, "random": random}))
        return self.gens[len(self.known) - 1]

    def depends(self, p, how):
        return p != 0 and any(known[3][how] for known, degree in zip(self.known, p.degrees()) if degree)

    # arithmetic: p/q with roots reduced and common factors cancelled; q vanishes nowhere

    def reduced(self, p):
        """Squares of roots and of i, the newest first, since what stands below a root is older; a step is its own square."""
        for k, (tag, what, *_) in reversed(list(enumerate(self.known))):
            if tag in ("root", "i", "step") and p.degrees()[k] > 1:
                parts: dict = {}
                square = what[0] if tag == "root" else self.one * (-1 if tag == "i" else 1)
                for powers, c in p.to_dict().items():
                    half, odd = divmod(powers[k], 2) if tag != "step" else (0, min(powers[k], 1))
                    part, key = parts.setdefault(half, {}), (*powers[:k], odd, *powers[k + 1 :])
                    part[key] = part.get(key, 0) + c
                p = sum(
                    (times(self.ring.from_dict(part), repeated(square, half)) for half, part in parts.items()),
                    self.one * 0,
                )
        return p

    def quotient(self, p, q):
        p, q = self.reduced(p), self.reduced(q)
        if not q.is_constant() and len(p) * len(q) <= MOST_TERMS and sum(p.degrees()) + sum(q.degrees()) <= 200:
            common = p.gcd(q)
            p, q = divmod(p, common)[0], divmod(q, common)[0]
        c = q.leading_coefficient()
        return p * (1 / c), q * (1 / c)

    def plus(self, a, b):
        return self.quotient(times(a[0], b[1]) + times(b[0], a[1]), times(a[1], b[1]))

    def product(self, *factors):
        total = self.unit
        for p, q in factors:
            total = self.quotient(times(total[0], p), times(total[1], q))
        return total

    def inverse(self, a):
        confirm(self.away(a[0]), "a denominator is not shown to stay away from 0")
        return a[1], a[0]

    def scaled(self, a, over, under=1):
        return a[0] * fmpq(over, under), a[1]

    def power(self, a, k):
        return self.product(*[a if k >= 0 else self.inverse(a)] * abs(k)) if k else self.unit

    # signs

    def sign(self, p):
        """(s, strict) with s = 1 or -1 where coefficients, or a ball, show it on the whole domain, else 0; strict: it vanishes nowhere.
        A variable is l + s, u - s or (l + u s)/(1 + s) with s >= 0: one sign of all coefficients is the sign of the polynomial."""
        if p == 0:
            return 1, False
        if not self.depends(p, "varies"):
            value = self.value(p, {})
            return (1, True) if value > 0 else (-1, True) if value < 0 else (0, False)
        corners = []
        for k, degree in enumerate(p.degrees()):
            box = self.boxes.get(k, ())
            if degree and box and box[:2] != ["-oo", "oo"]:
                low, high, ends = box
                s, finite = self.gens[k], low != "-oo" and high != "oo"
                first = s * 0 + number(low) if low != "-oo" else s * 0 + number(high)
                base = first + s * number(high) if finite else first + s if low != "-oo" else first - s
                parts: dict = {}
                for powers, c in p.to_dict().items():
                    parts.setdefault(powers[k], {})[(*powers[:k], 0, *powers[k + 1 :])] = c
                p = sum((times(times(self.ring.from_dict(part), repeated(base, e)), repeated(1 + s, degree - e if finite else 0))
                         for e, part in parts.items()), self.one * 0)  # fmt: skip
                near, far = ("[", "]") if low != "-oo" else ("]", "[")
                corners.append([(k, 0)] * (near in ends) + [(k, degree)] * (finite and far in ends))
        signed = [(k in self.boxes and self.boxes[k][:2] != ["-oo", "oo"]) or known[2] in (NONNEGATIVE, POSITIVE)
                  for k, known in enumerate(self.known)]  # fmt: skip
        for k, (_, _, sign, _) in enumerate(self.known):
            if not (k in self.boxes and signed[k]) and sign != POSITIVE:
                corners.append([(k, 0)])
        monomials = p.to_dict()
        if any(e % 2 for powers in monomials for e, fine in zip(powers, signed) if not fine):
            return 0, False
        if any(known[2] == UNIT and any(powers[k] for powers in monomials) for k, known in enumerate(self.known)):
            return 0, False
        found = {(c > 0) - (c < 0) for c in monomials.values()}
        if len(found) != 1:
            return 0, False
        strict = all(any(all(powers[k] == e for k, e in corner) for powers in monomials)
                     for corner in iterproduct(*(c for c in corners if c)))  # fmt: skip
        return found.pop(), strict

    def factored(self, p):
        """(constant, [(irreducible, multiplicity)]); what is too large stays whole."""
        confirm(p != 0, "a root or a logarithm of 0")
        large = len(p) > 300 or sum(p.degrees()) > 100 or max(int(c.p).bit_length() for c in p.coeffs()) > 600
        return (fmpq(1), [(p, 1)]) if large else p.factor()

    def sign_of(self, a):
        """The same for a quotient, where one look does not tell by factors and by squares."""
        (s, strict), (t, never) = self.deep_sign(a[0]), self.deep_sign(a[1])
        return s * t, strict and never

    def deep_sign(self, p, squares=3):
        found = self.sign(p)
        if found[0] or not self.real(p):
            return found
        c, factors = self.factored(p)
        if len(factors) > 1 or factors[0][1] > 1:
            total, strict = (1 if c > 0 else -1), True
            for f, e in factors:
                s, never = self.deep_sign(f, squares)
                total, strict = total * (1 if e % 2 == 0 else s), strict and never
            return total, strict and total != 0
        at = max((k for k, known in enumerate(self.known) if known[0] == "root" and p.degrees()[k] == 1), default=None)
        if at is None or not squares:
            return found
        b = p.derivative(at)  # p = a + b sqrt(f): where a and b have different signs a^2 - b^2 f tells
        a = p - b * self.gens[at]
        (s, _), (t, _) = self.deep_sign(a, squares - 1), self.deep_sign(b, squares - 1)
        if s * t >= 0:
            return (s, False) if s == t else found
        gap = self.reduced(times(a, a) - times(times(b, b), self.known[at][1][0]))
        sign, strict = self.deep_sign(gap, squares - 1)
        return s * sign, strict

    def real(self, p):
        return not any(degree and known[2] == UNIT for known, degree in zip(self.known, p.degrees()))

    def away(self, p):
        """Whether a polynomial vanishes nowhere on the domain: its sign, or it is one monomial of such generators."""
        sure = all(known[2] in (POSITIVE, UNIT) for known, degree in zip(self.known, p.degrees()) if degree)
        return (len(p) == 1 and sure) or (self.real(p) and self.sign_of((p, self.one))[1])

    # functions

    def parts(self, a, strict):
        """[(f, e)] with a = prod f^e, every f >= 0, or > 0 if strict, on the domain."""
        found, total = [], 1
        for p, way in ((a[0], 1), (a[1], -1)):
            confirm(self.real(p), "a root or a logarithm of a complex number")
            c, factors = self.factored(p)
            total = total if c > 0 else -total
            for whole_number, up in ((abs(int(c.p)), way), (int(c.q), -way)):
                small = fmpz(whole_number).factor() if whole_number < 2**64 else [(whole_number, 1)]
                found += [(self.one * int(prime), e * up) for prime, e in small]
            for f, e in factors:
                s, never = self.sign(f)
                confirm(s and (never or not strict), "no sign is known below a root or in a logarithm")
                total *= s**e
                found.append((f * s, e * way))
        confirm(total > 0, "a root or a logarithm of a negative number")
        return found

    def root(self, a):
        if a[0] == 0:
            return a
        total = self.unit
        for f, e in self.parts(a, strict=False):
            if e % 2:
                sign = POSITIVE if self.sign(f)[1] else NONNEGATIVE
                total = self.product(total, (self.generator("root", (f, self.one), sign), self.one))
            total = self.product(total, self.power((f, self.one), e // 2))
        return total

    def logarithm(self, a):
        total = self.zero
        for f, e in self.parts(a, strict=True):
            if f != 1:
                total = self.plus(total, self.scaled((self.generator("log", (f, self.one), ANY), self.one), e))
        return total

    def exponential(self, a):
        """exp of a sum of monomials: powers of generators exp(monomial/scale); exp of n log f is f^n."""
        total, q = self.unit, a[1]
        for powers, c in a[0].to_dict().items():
            m = self.ring.from_dict({powers: 1})
            at = [k for k, e in enumerate(powers) if e]
            if len(at) == 1 and powers[at[0]] == 1 and self.known[at[0]][0] == "log" and q == 1 and c.q in (1, 2, 4):
                f = self.known[at[0]][1]
                for _ in range(c.q // 2):
                    f = self.root(f)
                total = self.product(total, self.power(f, bounded(c * c.q)))
                continue
            unit = any(self.known[k][0] == "i" for k in at)
            confirm(
                all(self.known[k][2] != UNIT or self.known[k][0] == "i" for k in at), "an exponent that may be complex"
            )
            confirm((c * self.scale).q == 1, f"an exponent that is no multiple of 1/{self.scale}")
            g = self.generator("exp", (m, q * self.scale), UNIT if unit else POSITIVE)
            place = g.degrees().index(1)
            if (
                not unit and place not in self.boxes and q == 1
            ):  # the exponential of what is nowhere negative is at least 1
                s, strict = self.sign(m)
                self.boxes[place] = [["1", "1"], "oo", "()" if strict else "[)"] if s > 0 else [["0", "1"], "oo", "()"]
            total = self.product(total, self.power((g, self.one), bounded(c * self.scale)))
        return total

    def arcsine(self, a):
        square = self.product(a, a)
        confirm(self.sign_of(self.plus(self.unit, self.scaled(square, -1)))[0] > 0, "an arc sine beyond [-1, 1]")
        pi = self.generator("pi", "", POSITIVE)
        if square[0].is_constant() and square[1] == 1:
            c = square[0].leading_coefficient() if square[0] != 0 else fmpq(0)
            angle = ANGLES.get((int(c.p), int(c.q)))
            if angle is not None:
                sign = self.sign_of(a)[0]
                confirm(sign or not angle, "an arc sine of unknown sign")
                return pi * fmpq(sign if angle else 0, angle or 1), self.one
        return self.generator("asin", a, ANY), self.one

    def of(self, tree):
        """The quotient a tree is."""
        key = canonical(tree)
        if key not in self.seen or self.bound:
            self.seen[key] = self.built(tree)
        return self.seen[key]

    def built(self, tree):
        confirm(time.process_time() < UNTIL[0], "it takes too long")
        (tag, *rest), one = tree, self.unit
        if tag == "q":
            return self.one * number(rest), self.one
        if tag == "var":
            if rest[0] in self.bound:
                return self.bound[rest[0]], self.one
            confirm(any(known[:2] == ("var", rest[0]) for known in self.known), f"the variable {rest[0]} has no domain")
            return self.generator("var", rest[0], ANY), self.one
        if tag in ("pi", "i"):
            return self.generator(tag, "", POSITIVE if tag == "pi" else UNIT), self.one
        if tag == "mean":
            return self.mean(*rest)
        if tag == "limit":
            return self.limit(*rest)
        parts = [self.of(part) for part in (rest[:1] if tag == "^" else rest)]
        a = parts[0]
        if tag == "+":
            return functools.reduce(self.plus, parts)
        if tag == "*":
            return self.product(*parts)
        if tag == "/":
            return self.product(a, self.inverse(parts[1]))
        if tag == "^":
            return self.power(a, whole(rest[1]))
        if tag == "pow":  # a positive base to any power
            return self.exponential(self.product(parts[1], self.logarithm(a)))
        if tag in ("max", "min", "abs", "step", "erf", "erfc") and self.depends(
            a[0] if len(parts) == 1 else self.plus(*parts)[0], "random"
        ):
            return self.kinked(tag, parts)
        if tag in ("max", "min", "abs"):
            b = parts[1] if tag != "abs" else self.scaled(a, -1)
            s = self.sign_of(self.plus(a, self.scaled(b, -1)))[0]
            confirm(s, f"a {tag} whose larger part is not known")
            return a if (s > 0) != (tag == "min") else b
        if tag in ("asin", "acos", "atan"):
            if tag == "atan":
                a = self.product(a, self.inverse(self.root(self.plus(one, self.product(a, a)))))
            found = self.arcsine(a)
            return found if tag != "acos" else self.plus(self.scaled(self.of(["pi"]), 1, 2), self.scaled(found, -1))
        if tag in ("sqrt", "log", "exp"):
            return {"sqrt": self.root, "log": self.logarithm, "exp": self.exponential}[tag](a)
        if tag in ("erf", "erfc"):
            found = (self.generator("erf", a, ANY), self.one)
            return found if tag == "erf" else self.plus(one, self.scaled(found, -1))
        confirm(tag in ("sin", "cos", "tan", "sinh", "cosh", "tanh"), f"{tag} is no function of this arithmetic")
        i = self.of(["i"]) if tag in ("sin", "cos", "tan") else one
        e = self.exponential(self.product(a, i))
        back = self.inverse(e)
        odd, even = self.plus(e, self.scaled(back, -1)), self.plus(e, back)
        if tag in ("tan", "tanh"):
            return self.product(odd, self.inverse(self.product(even, i)))
        return self.scaled(even if tag in ("cos", "cosh") else self.product(odd, self.inverse(i)), 1, 2)

    def limit(self, body, name):
        """Of a quotient of polynomials as the variable grows."""
        inner = Field([(name, ["1000000000", "1"], "oo", "[)")])
        p, q = inner.of(body)
        confirm(len(inner.known) == 1 and p.degrees()[0] <= q.degrees()[0], "no limit of a quotient of polynomials")
        same = p.degrees()[0] == q.degrees()[0] and p != 0
        return self.one * (p.leading_coefficient() / q.leading_coefficient() if same else 0), self.one

    # means: polynomials, steps, error functions and exponentials of centred normal coordinates

    def linear(self, a):
        """{coordinate: weight} of a linear form in the coordinates."""
        confirm(not self.depends(a[1], "random"), "a coordinate in a denominator")
        weights: dict = {}
        for powers, c in a[0].to_dict().items():
            at = [k for k, e in enumerate(powers) if e and self.known[k][3]["random"]]
            confirm(
                len(at) == 1 and powers[at[0]] == 1 and self.known[at[0]][0] == "z",
                "a kink that is not linear in the coordinates",
            )
            rest = self.ring.from_dict({(*powers[: at[0]], 0, *powers[at[0] + 1 :]): c})
            i = self.known[at[0]][1]
            weights[i] = self.plus(weights.get(i, self.zero), (rest, a[1]))
        return weights

    def kinked(self, tag, parts):
        """By steps [form > 0]; an error function is the mean of a sign, erf(f) = E sign(f + W) with W normal of variance 1/2."""
        a = parts[0]
        form = a if tag in ("step", "erf", "erfc") else self.plus(a, self.scaled(parts[1], -1)) if tag != "abs" else a
        weights, noisy = self.linear(form), tag in ("erf", "erfc")
        confirm(weights, "a kink of 0")
        turned = self.sign_of(weights[min(weights)])[0] < 0  # [f > 0] = 1 - [-f > 0] but for f = 0, of probability 0
        entry = ({i: self.scaled(w, -1 if turned else 1) for i, w in weights.items()}, noisy)
        self.forms += [entry] * (entry not in self.forms)
        self.kinks.append(entry)
        step = (self.generator("noisy" if noisy else "step", self.forms.index(entry), NONNEGATIVE), self.one)
        step = self.plus(self.unit, self.scaled(step, -1)) if turned else step
        if tag == "step":
            return step
        if noisy:
            found = self.plus(self.scaled(step, 2), self.scaled(self.unit, -1))
            return found if tag == "erf" else self.plus(self.unit, self.scaled(found, -1))
        above = self.product(step, form)
        if tag == "abs":
            return self.plus(self.scaled(above, 2), self.scaled(a, -1))
        return self.plus(parts[1], above) if tag == "max" else self.plus(a, self.scaled(above, -1))

    def mean(self, law, coordinates, body):
        confirm(not self.bound and not any(known[1] in coordinates for known in self.known), "a name is bound twice")
        sphere, size = law[0] != "normal", len(coordinates)
        if sphere:
            n, centred = self.of(law[1]), law[0] == "centred"
            confirm(
                self.sign_of(self.plus(n, self.scaled(self.unit, -max(2, size))))[0] > 0,
                "the batch may be too small",
            )
            covariance = [[self.plus(n if i == j else self.zero, (self.one * -int(centred), self.one))
                           for j in range(size)] for i in range(size)]  # fmt: skip
        else:
            covariance = [[self.of(law[1][max(i, j)][min(i, j)]) for j in range(size)] for i in range(size)]
            for chosen in (c for r in range(1, size + 1) for c in combinations(range(size), r)):
                minor = self.determinant([[covariance[i][j] for j in chosen] for i in chosen])
                confirm(self.sign_of(minor)[0] > 0, "no covariance matrix")
        self.forms, self.kinks = [({i: self.unit}, False) for i in range(size)], []
        self.bound = {name: self.generator("z", i, ANY) for i, name in enumerate(coordinates)}
        try:
            p, q = self.of(body)
        finally:
            self.bound = {}
            self.seen.clear()
        for weights, noisy in self.kinks:  # also of steps that cancelled: at 0 a step is not its own square
            spread = [self.product(w, v, covariance[i][j]) for i, w in weights.items() for j, v in weights.items()]
            positive = noisy or self.sign_of(functools.reduce(self.plus, spread)) == (1, True)
            confirm(positive, "a step of what may be 0 with positive probability")
        below = [0] * len(self.gens)
        if self.depends(q, "random"):  # exp(-z) stands there as 1/exp(z)
            confirm(len(q) == 1, "a coordinate in a denominator")
            below = [d if k < len(self.known) and self.known[k][3]["random"] else 0 for k, d in enumerate(q.degrees())]
            q = divmod(q, self.ring.from_dict({tuple(below): 1}))[0]
        total = self.zero
        for powers, c in p.to_dict().items():
            outer, degrees, steps = (self.one * c, q), [0] * size, []
            tilts, shifts = {}, {}  # type: ignore[var-annotated]
            for k, (tag, what, _, how) in list(enumerate(self.known)):
                e = int(powers[k]) - below[k]
                if not how["random"]:
                    outer = self.product(outer, (repeated(self.gens[k], e), self.one))
                elif not e:
                    continue
                elif tag == "z" and e > 0:
                    degrees[what] = e
                elif tag in ("step", "noisy") and e > 0:
                    steps += [what] * (e if tag == "noisy" else min(e, 1))
                else:
                    confirm(tag == "exp" and not sphere, "a mean that this arithmetic does not know")
                    (inner,) = what[0].to_dict()
                    (j, d), *more = [(j, d) for j, d in enumerate(inner) if d and self.known[j][3]["random"]]
                    confirm(
                        not more and self.known[j][0] == "z" and d <= 2,
                        "an exponent that this arithmetic does not know",
                    )
                    rest = self.ring.from_dict({(*inner[:j], 0, *inner[j + 1 :]): 1})
                    confirm(not self.depends(what[1], "random"), "a coordinate in a denominator")
                    place, i = shifts if d == 1 else tilts, self.known[j][1]
                    place[i] = self.plus(place.get(i, self.zero), self.scaled(self.quotient(rest, what[1]), e))
            if sphere:
                confirm(
                    sum(degrees) % 2 == 0 and not any(self.forms[u][1] for u in steps),
                    "no mean of odd degree on a sphere",
                )
                for j in range(0, sum(degrees), 2):
                    outer = self.product(outer, self.inverse(self.plus(n, (self.one * (j - int(centred)), self.one))))
            total = self.plus(total, self.product(outer, self.expectation(degrees, steps, tilts, shifts, covariance)))
        return total

    def determinant(self, matrix):
        if not matrix:
            return self.one, self.one
        terms = [self.scaled(self.product(entry, self.determinant([row[:j] + row[j + 1 :] for row in matrix[1:]])), (-1) ** j)
                 for j, entry in enumerate(matrix[0])]  # fmt: skip
        return functools.reduce(self.plus, terms)

    def expectation(self, degrees, steps, tilts, shifts, covariance):
        """E of prod z_i^degree_i, steps, exp(tilt_i z_i^2) and exp(shift_i z_i)."""
        one, forms = self.unit, [self.forms[i] for i in range(len(degrees))] + [self.forms[u] for u in steps]
        zero = self.scaled(one, 0)

        def between(a, b):  # covariance of two forms
            terms = [
                self.product(w, v, covariance[i][j]) for i, w in forms[a][0].items() for j, v in forms[b][0].items()
            ]
            own = [(self.one * fmpq(1, 2), self.one)] if a == b and forms[a][1] else []
            return functools.reduce(self.plus, terms + own, zero)

        sigma, size, outer = [[between(a, b) for b in range(len(forms))] for a in range(len(forms))], len(degrees), one
        for i, a in tilts.items():
            # E exp(a z_i^2) g = r E' g: E' has covariance sigma + 2 a r^2 sigma_i sigma_i^T, r^-2 = 1 - 2 a sigma_ii
            rest = self.plus(one, self.scaled(self.product(a, sigma[i][i]), -2))
            confirm(self.sign_of(rest) == (1, True), "a mean of an exponential that does not exist")
            outer = self.product(outer, self.inverse(self.root(rest)))
            scale = self.scaled(self.product(a, self.inverse(rest)), 2)
            sigma = [[self.plus(sigma[j][k], self.product(scale, sigma[i][j], sigma[i][k])) for k in range(len(forms))]
                     for j in range(len(forms))]  # fmt: skip
        middle = [zero] * size
        if shifts:  # E exp(b z) g(z) = exp(b sigma b/2) E g(z + sigma b)
            confirm(not steps, "a step next to an exponential")
            middle = [
                functools.reduce(self.plus, [self.product(b, sigma[i][j]) for i, b in shifts.items()])
                for j in range(size)
            ]
            energy = functools.reduce(self.plus, [self.product(b, middle[i]) for i, b in shifts.items()])
            outer = self.product(outer, self.exponential(self.scaled(energy, 1, 2)))
        return self.product(outer, self.moment(tuple(degrees), tuple(range(size, len(forms))), sigma, middle))

    def moment(self, degrees, steps, sigma, middle):
        """Stein's identity E z_i g = middle_i E g + sum_j sigma_ij E dg/dz_j; a step has a Dirac measure as its derivative, under which
        its form is 0 and the others have the covariance sigma - sigma_u sigma_u^T/sigma_uu."""
        i = next((i for i, k in enumerate(degrees) if k), None)
        if i is None:
            return self.orthant(steps, sigma)
        rest = tuple(k - (j == i) for j, k in enumerate(degrees))
        total = self.product(middle[i], self.moment(rest, steps, sigma, middle)) if middle[i][0] != 0 else middle[i]
        for j, k in enumerate(rest):
            if k and sigma[i][j][0] != 0:
                lower = tuple(d - (a == j) for a, d in enumerate(rest))
                total = self.plus(
                    total, self.scaled(self.product(sigma[i][j], self.moment(lower, steps, sigma, middle)), k)
                )
        for u in steps:
            if sigma[i][u][0] == 0:
                continue
            own = any(k and self.same(sigma, j, u) for j, k in enumerate(rest))
            if own:  # the form itself is a factor, and it is 0 there
                continue
            # where z_i is the form, sigma_iu/sqrt(sigma_uu) is sqrt(sigma_uu), also where that is 0
            height = (
                self.root(sigma[u][u])
                if self.same(sigma, i, u)
                else self.product(sigma[i][u], self.inverse(self.root(sigma[u][u])))
            )
            height = self.product(height, self.inverse(self.root(self.scaled(self.of(["pi"]), 2))))
            left = tuple(v for v in steps if v != u)
            if any(rest) or left:
                less = self.scaled(self.inverse(sigma[u][u]), -1)
                given = [[self.plus(sigma[a][b], self.product(less, sigma[a][u], sigma[u][b])) for b in range(len(sigma))]
                         for a in range(len(sigma))]  # fmt: skip
                height = self.product(height, self.moment(rest, left, given, middle))
            total = self.plus(total, height)
        return total

    def same(self, sigma, a, b):
        """Whether the variance of the difference of two forms is 0."""
        return functools.reduce(self.plus, [sigma[a][a], sigma[b][b], self.scaled(sigma[a][b], -2)])[0] == 0

    def orthant(self, steps, sigma):
        """P(all forms > 0): 1, 1/2, 1/4 + asin/(2 pi), 1/8 + (sum of three arc sines)/(4 pi)."""
        confirm(len(steps) <= 3, "the probability of more than three signs")
        total, roots = self.scaled(self.unit, 1, 2 ** len(steps)), {}
        for u, v in combinations(steps, 2):
            for w in (u, v):
                roots[w] = self.inverse(self.root(sigma[w][w]))
            angle = self.arcsine(self.product(sigma[u][v], roots[u], roots[v]))
            total = self.plus(
                total,
                self.scaled(self.product(angle, self.inverse(self.of(["pi"]))), 1, 2 ** (len(steps) - 1)),
            )
        return total

    def value(self, p, at):
        """A ball around a polynomial in the generators."""
        total, found = arb(0), {}
        for powers, c in p.to_dict().items():
            term = arb(c)
            for k, e in enumerate(powers):
                if e:
                    if k not in found:
                        tag, what, *_ = self.known[k]
                        confirm(
                            tag in ("var", "pi", "root", "log", "exp", "asin", "erf") and (tag != "var" or what in at),
                            "no ball",
                        )
                        inner = (
                            arb.pi()
                            if tag == "pi"
                            else at[what]
                            if tag == "var"
                            else self.value(what[0], at) / self.value(what[1], at)
                        )
                        found[k] = inner if tag in ("pi", "var") else getattr(inner, "sqrt" if tag == "root" else tag)()
                    term *= found[k] ** e
            total += term
        return total


def number(pair):
    value = rational(pair)
    return fmpq(value.numerator, value.denominator)


def bounded(c):
    confirm(c.q == 1 and abs(c.p) <= 10 * MOST_POWER, "a power that is too large")
    return int(c.p)


def repeated(p, k):
    return functools.reduce(times, [p] * k) if k else p * 0 + 1


def times(p, q):
    confirm(time.process_time() < UNTIL[0] and len(p) * len(q) <= 50 * MOST_TERMS, "the polynomials are too large")
    total = p * q
    size = max((max(int(c.p).bit_length(), int(c.q).bit_length()) for c in total.coeffs()), default=0)
    confirm(len(total) <= MOST_TERMS and size <= 20_000, "a polynomial is too large")
    return total


# steps -----------------------------------------------------------------------------------------------------------------


def compare(step, at):
    left, right = ball(step["left"], at), ball(step["right"], at)
    confirm(left.is_finite() and right.is_finite(), "a side has no finite ball")
    holds = left < right if step["relation"] == "<" else left <= right
    confirm(holds, f"the balls {left.str(8)} and {right.str(8)} do not show {step['relation']}")


def derivative(tree, name):
    tag, rest = tree[0], tree[1:]
    if tag in ("q", "pi", "var") or name not in free(tree):
        return ["q", str(int(rest == [name] and tag == "var")), "1"]
    if tag == "+":
        return ["+", *(derivative(part, name) for part in rest)]
    if tag == "*":
        return ["+", *(["*", *rest[:k], derivative(part, name), *rest[k + 1 :]] for k, part in enumerate(rest))]
    if tag == "/":
        return derivative(["*", rest[0], ["^", rest[1], "-1"]], name)
    if tag == "pow":
        return ["*", tree, derivative(["*", rest[1], ["log", rest[0]]], name)]
    inner, square = rest[0], ["^", rest[0], "2"]
    if tag == "^":
        k = whole(rest[1])
        return ["*", ["q", str(k), "1"], ["^", inner, str(k - 1)], derivative(inner, name)] if k else ["q", "0", "1"]
    minus, one = ["q", "-1", "1"], ["q", "1", "1"]
    below = ["+", one, ["*", minus, square]]
    bell = ["*", ["q", "2", "1"], ["/", ["exp", ["*", minus, square]], ["sqrt", ["pi"]]]]
    slopes = {
        "sqrt": ["/", ["q", "1", "2"], tree], "exp": tree, "log": ["/", one, inner],
        "sin": ["cos", inner], "cos": ["*", minus, ["sin", inner]], "tan": ["^", ["cos", inner], "-2"],
        "sinh": ["cosh", inner], "cosh": ["sinh", inner], "tanh": ["^", ["cosh", inner], "-2"],
        "asin": ["/", one, ["sqrt", below]], "acos": ["/", minus, ["sqrt", below]], "atan": ["/", one, ["+", one, square]],
        "erf": bell, "erfc": ["*", minus, bell],
    }  # fmt: skip
    confirm(tag in slopes, f"no derivative of {tag}")
    return ["*", slopes[tag], derivative(inner, name)]


def free(tree):
    """The names in a tree, bound ones included; a law's covariance is lists of trees."""
    if tree[:1] == ["var"]:
        return {tree[1]}
    return set().union(*(free(part) for part in tree if isinstance(part, list)))


def put(tree, name, new):
    if tree == ["var", name]:
        return new
    return [put(part, name, new) if isinstance(part, list) else part for part in tree]


def nonnegative(gap, boxes, bits, how, orders=3):
    """Show gap >= 0 on a box; the answer: it is > 0 there.  `how`: "balls", "coefficients", or "rise" and "fall": from the value at
    the lower or the upper end of the interval of one variable, and the sign of the derivative, shown in any of these ways."""
    confirm(time.process_time() < UNTIL[0], "it takes too long")
    if how == "balls":
        confirm(all(low != "-oo" and high != "oo" for _, low, high, _ in boxes), "balls are for bounded boxes")
        value = ball(gap, {name: exact(rational(low)).union(exact(rational(high))) for name, low, high, _ in boxes})
        confirm(value >= 0, f"the ball {value.str(8)} does not show the sign")
        return bool(value > 0)
    field = Field(boxes)
    FIELD[0], kept = field, FIELD[0]
    try:
        found = field.of(gap)
    finally:
        FIELD[0] = kept
    if how == "coefficients":
        sign, strict = field.sign_of(found)
        confirm(sign > 0, "the coefficients have mixed signs")
        return strict
    confirm(len(boxes) == 1 and orders, "a slope is for one variable, and so many times")
    ((name, low, high, ends),) = boxes
    end, bracket, turn = (low, "[", "1") if how == "rise" else (high, "]", "-1")
    confirm(isinstance(end, list), "no end to start from")
    Field(
        [
            (
                name,
                low,
                high,
                "[]" if isinstance(low, list) and isinstance(high, list) else "[)" if how == "rise" else "(]",
            )
        ]
    ).of(gap)
    there = put(gap, name, ["q", *end])
    at_end = Field().of(there)
    positive = at_end[0] != 0 and nonnegative(there, [], bits, "balls")
    slope, inside = (
        ["*", ["q", turn, "1"], derivative(gap, name)],
        [(name, low, high, ends.replace(bracket, "(" if turn == "1" else ")"))],
    )
    rising = None
    for way in ("coefficients", "balls", "rise", "fall"):
        try:
            rising = nonnegative(slope, inside, bits, way, orders - 1)
            break
        except NotConfirmed:
            continue
    confirm(rising is not None, "the sign of the derivative is not shown")
    return positive or (rising and bracket not in ends)


def inequality(step):
    """The cuts come in preorder: how a box is shown, or [axis, numerator, denominator]; the boxes of the tree fill the domain."""
    cuts, gap = step["cuts"], ["+", step["right"], ["*", ["q", "-1", "1"], step["left"]]]
    need(isinstance(cuts, list), "no list of cuts")
    waiting, entries, FIELD[0] = [step["variables"]], iter(cuts), Field(step["variables"])
    while waiting:
        here = waiting.pop()
        entry: list = next(entries, [])
        if entry in ("balls", "coefficients", "rise", "fall"):
            strict = nonnegative(gap, here, step["bits"], entry)
            confirm(strict or step["relation"] == "<=", "the two sides may meet")
            continue
        need(
            isinstance(entry, list) and len(entry) == 3 and type(entry[0]) is int,
            "a cut is malformed, or cuts are missing",
        )
        axis, at = entry[0], rational(entry[1:])
        need(0 <= axis < len(here), "a cut of no variable")
        name, low, high, ends = here[axis]
        need(
            (low == "-oo" or rational(low) < at) and (high == "oo" or at < rational(high)), "a cut lies outside its box"
        )
        for side in ([name, entry[1:], high, "[" + ends[1]], [name, low, entry[1:], ends[0] + "]"]):
            waiting.append([*here[:axis], side, *here[axis + 1 :]])
    need(next(entries, None) is None, "cuts are left over")


def scale_of(step):
    """What the exponents of a step are multiples of one part of."""
    return min(lcm(*(2 * k for k in denominators([step["left"], step["right"]]) if k <= 120)), 5040)


def denominators(tree):
    if tree[:1] == ["q"]:
        return {int(tree[2])}
    return set().union(*(denominators(part) for part in tree if isinstance(part, list)), {1})


def identity(step):
    field = FIELD[0] = Field(step["variables"])
    left, right = field.of(step["left"]), field.of(step["right"])
    confirm(field.plus(left, field.scaled(right, -1))[0] == 0, "the two sides are not shown to be the same")


def symbolic(step):
    raise NotConfirmed(f"shown by other means: {str(step['note'])[:200]}")


SIDES = ("relation", "left", "right", "variables")
KINDS: dict = {
    "inequality": ((*SIDES, "bits", "cuts"), inequality),
    "identity": (SIDES, identity),
    "symbolic": (("note",), symbolic),
}  # keys besides kind, previous and digest; the check


def recheck(text, seconds=MOST_SECONDS):
    """(status, reason) of a certificate: 0 confirmed, 1 readable but not confirmed, 2 malformed."""
    before, UNTIL[0] = ctx.prec, time.process_time() + seconds
    MEANS.clear()
    FIELD[0] = Field()
    try:
        steps, open_steps = read(text)["steps"], []
        for place, step in enumerate(steps, start=1):
            ctx.prec = step.get("bits", 64)
            try:
                Field.scale = scale_of(step) if "left" in step else 2
                KINDS[step["kind"]][1](step)
            except NotConfirmed as reason:
                open_steps.append(f"step {place} ({step['kind']}) not confirmed: {reason}")
        if open_steps:
            return 1, " ".join(
                f"{len(steps) - len(open_steps)} of {len(steps)} steps confirmed; {open_steps[0]}".split()
            )
        return 0, f"{len(steps)} step{'s' * (len(steps) > 1)} confirmed"
    except Exception as error:
        return 2, " ".join(
            f"malformed: {'' if isinstance(error, Malformed) else type(error).__name__ + ': '}{error}".split()
        )[:300]
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
    if not paths:
        print(f"usage: python {program} CERTIFICATE ...", file=sys.stderr)
    found = [recheck_file(path, check) for path in paths]
    for path, (_, reason) in zip(paths, found):
        print(f"{path}: {reason}")
    return max((status for status, _ in found), default=2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
