"""Re-check a certificate with the standard library and flint alone; nothing of this project is imported.

    python recheck.py CERTIFICATE ...        status 0: confirmed, 1: readable but not confirmed, 2: malformed

A certificate is a JSON object ``{"format", "version", "id", "steps"}``.  Every step carries a relation between two expression
trees, what it is about, the digest of the step before it and its own digest.  Nothing in the file is believed: each step is
shown again, in balls or in exact arithmetic, or reported as not confirmed.  Kinds of steps:

    inequality   left < right (or <=) between closed expressions, in balls
    cover        the same at every point of a box: a tree of cuts, whose leaves are checked one by one
    identity     left = right as rational functions, by exact polynomial arithmetic
    positivity   left < right (or <=) for all variables >= given ends, by the signs of coefficients
    symbolic     shown elsewhere by other means: readable, never confirmed here

Trees are lists: ["q", "3", "4"], ["pi"], ["var", "t"], ["+", a, b, ...], ["*", ...], ["/", a, b], ["^", a, "3"],
[function, a, ...], ["gauss", f, "x"] for E f(X), ["gauss", f, "x", g, "y", rho] for E f(X) g(Y) with X, Y standard normal of
correlation rho, and ["sphere", f, "x", m], ["sphere", f, "x", g, "y", m, rho] for two coordinates sqrt(m) s of a point s on the
unit sphere in m dimensions along directions of cosine rho.
"""

import hashlib
import json
import sys
from fractions import Fraction
from math import comb, factorial

from flint import acb, arb, ctx, fmpq

FORMAT, VERSION = "gramchain-certificate", 1
MOST_BYTES, MOST_DEPTH, MOST_NODES, MOST_DIGITS, MOST_BITS, MOST_POWER, MOST_TERMS, MOST_LEAVES, MOST_STEPS = (
    4_000_000, 120, 20_000, 400, 4096, 200, 20_000, 20_000, 200)  # fmt: skip
MOST_MEANS, MOST_MEAN_BITS, MOST_WORK = 100, 320, 5_000_000
ZERO, WORK = "0" * 64, [0]
MEANS: dict = {}
REAL = {"sqrt": 1, "exp": 1, "log": 1, "sin": 1, "cos": 1, "tan": 1, "asin": 1, "acos": 1, "atan": 1, "sinh": 1, "cosh": 1,
        "tanh": 1, "erf": 1, "erfc": 1, "abs": 1, "max": 2, "min": 2}  # fmt: skip
BOUNDED = {"sin": 1, "cos": 1, "tanh": 1, "erf": 1, "erfc": 2, "atan": 2}


class Malformed(ValueError):
    """The file is no certificate."""


class NotConfirmed(Exception):
    """The step is readable, and this program cannot show it."""


# reading ---------------------------------------------------------------------------------------------------------------


def canonical(value):
    """The one spelling of a JSON value that is hashed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def digest(step):
    return hashlib.sha256(canonical({k: v for k, v in step.items() if k != "digest"}).encode()).hexdigest()


def read(text):
    """The certificate in a text, every limit kept before anything is computed."""
    if len(text) > MOST_BYTES:
        raise Malformed(f"{len(text)} characters; at most {MOST_BYTES} are read")
    depth, quoted, skip = 0, False, False
    for c in text:
        if quoted:
            quoted, skip = (c != '"' or skip), (c == "\\" and not skip)
        elif c == '"':
            quoted = True
        elif c in "[{":
            depth += 1
            if depth > MOST_DEPTH:
                raise Malformed(f"nested deeper than {MOST_DEPTH} levels")
        elif c in "]}":
            depth -= 1

    def refuse(token):
        raise Malformed(f"the number {token[:20]} stands outside a string")

    def small(token):
        return int(token) if len(token) <= 6 else refuse(token)

    def unique(pairs):
        if len({k for k, _ in pairs}) != len(pairs):
            raise Malformed("a key occurs twice")
        return dict(pairs)

    try:
        value = json.loads(text, parse_float=refuse, parse_int=small, parse_constant=refuse, object_pairs_hook=unique)
    except (json.JSONDecodeError, RecursionError) as error:
        raise Malformed(f"no JSON: {error}") from None
    need(
        isinstance(value, dict) and set(value) == {"format", "version", "id", "steps"},
        "the keys are not format, version, id, steps",
    )
    need(value["format"] == FORMAT and value["version"] == VERSION, f"not {FORMAT} version {VERSION}")
    need(isinstance(value["id"], str) and len(value["id"]) <= 200, "id is no short text")
    steps = value["steps"]
    need(isinstance(steps, list) and 1 <= len(steps) <= MOST_STEPS, f"steps is no list of 1 to {MOST_STEPS}")
    before = ZERO
    for step in steps:
        need(
            isinstance(step, dict) and isinstance(step.get("kind"), str) and step["kind"] in KINDS,
            "a step of unknown kind",
        )
        need(
            set(step) == {"kind", "previous", "digest", *KINDS[step["kind"]][0]},
            f"a {step['kind']} step has other keys than it should",
        )
        need(
            step["previous"] == before and step["digest"] == digest(step),
            "a digest does not match: the file was changed or cut",
        )
        before = step["digest"]
        for side in ("left", "right"):
            if side in step:
                check_tree(step[side], [0])
        need(step.get("relation", "<") in ("<", "<=", "="), "an unknown relation")
        bits = step.get("bits", 64)
        need(type(bits) is int and 16 <= bits <= MOST_BITS, f"bits is no number from 16 to {MOST_BITS}")
    return value


def need(condition, message):
    if not condition:
        raise Malformed(message)


def whole(text, largest=None):
    need(
        isinstance(text, str)
        and text.lstrip("-").isascii()
        and text.lstrip("-").isdigit()
        and len(text) <= MOST_DIGITS,
        "a number is no integer text",
    )
    value = int(text)
    need(largest is None or abs(value) <= largest, f"the number {text[:20]} is beyond {largest}")
    return value


def rational(pair):
    need(isinstance(pair, list) and len(pair) == 2, "a rational number is a pair of texts")
    top, bottom = whole(pair[0]), whole(pair[1])
    need(bottom > 0, "a denominator is not positive")
    return Fraction(top, bottom)


def check_tree(tree, count):
    count[0] += 1
    need(
        count[0] <= MOST_NODES and isinstance(tree, list) and tree and isinstance(tree[0], str),
        "an expression is malformed or too large",
    )
    tag, rest = tree[0], tree[1:]
    if tag == "q":
        rational(rest)
    elif tag == "pi":
        need(not rest, "pi takes nothing")
    elif tag == "var":
        need(len(rest) == 1 and isinstance(rest[0], str) and rest[0].isidentifier(), "a variable has no name")
    elif tag == "^":
        need(len(rest) == 2, "a power takes two parts")
        check_tree(rest[0], count)
        whole(rest[1], MOST_POWER)
    elif tag in ("gauss", "sphere"):
        need(len(rest) in ((2, 5) if tag == "gauss" else (3, 6)), f"{tag} takes other parts")
        functions = [(rest[0], rest[1])] + ([(rest[2], rest[3])] if len(rest) > 3 else [])
        for body, name in functions:
            need(
                isinstance(name, str) and name.isidentifier() and "mean" not in names(body),
                "a mean inside a mean, or no variable",
            )
            check_tree(body, count)
            need(names(body) <= {name}, "an integrand with other variables than its own")
        if tag == "sphere":
            need(whole(rest[2] if len(rest) == 3 else rest[4], 10_000) >= 2, "a sphere needs two dimensions")
        if len(rest) > 3:
            rho = rational(rest[-1])
            need(abs(rho) <= 1, "a correlation beyond 1")
    else:
        arity = {"+": None, "*": None, "/": 2, **REAL}
        need(tag in arity, f"unknown tag {tag[:20]!r}")
        need(len(rest) == arity[tag] if arity[tag] else len(rest) >= 1, f"{tag} takes other parts")
        for part in rest:
            check_tree(part, count)


def names(tree):
    """Free variables of a tree; "mean" stands among them where there is a mean."""
    if not isinstance(tree, list) or not tree:
        return set()
    if tree[0] == "var":
        return {tree[1]} if len(tree) == 2 and isinstance(tree[1], str) else set()
    if tree[0] in ("gauss", "sphere"):
        return {"mean"}
    return set().union(*(names(part) for part in tree[1:])) if tree[0] != "q" else set()


# balls -----------------------------------------------------------------------------------------------------------------


def ball(tree, at, analytic=None):
    """A ball around the value: real, with a ball for every variable in `at`; or complex, where `at` is the one argument of an
    integrand, and then not finite wherever the integrand is not certainly real on the line and, where asked for, analytic."""
    tag, rest = tree[0], tree[1:]
    if tag == "q":
        return arb(fmpq(whole(rest[0]), whole(rest[1])))
    if tag == "pi":
        return arb.pi()
    if tag == "var":
        if analytic is None and rest[0] not in at:
            raise NotConfirmed(f"the variable {rest[0]} has no domain")
        return at[rest[0]] if analytic is None else at
    if tag in ("gauss", "sphere"):
        return mean(tree)
    parts = [ball(part, at, analytic) for part in (rest[:1] if tag == "^" else rest)]
    if tag == "+":
        return sum(parts[1:], parts[0])
    if tag == "*":
        return product(parts)
    if tag == "/":
        return parts[0] / parts[1]
    real = analytic is None or all(isinstance(part, arb) for part in parts)
    if tag == "^":  # an even power of a real ball around 0 by its absolute value: tighter
        k = whole(rest[1])
        return power(abs(parts[0]) if real and k % 2 == 0 else parts[0], k)
    if real:
        return (
            parts[0].max(parts[1])
            if tag == "max"
            else parts[0].min(parts[1])
            if tag == "min"
            else getattr(parts[0], "__abs__" if tag == "abs" else tag)()
        )
    if tag in ("max", "min", "abs"):
        a, b = map(acb, (parts[0], -parts[0]) if tag == "abs" else parts)
        gap = (a - b).real
        if gap > 0 or gap < 0:
            return a if bool(gap > 0) == (tag != "min") else b
        if analytic or not (a.imag == 0 and b.imag == 0):
            return acb("nan")
        return acb(a.real.min(b.real) if tag == "min" else a.real.max(b.real))
    z = parts[0]
    branched = (
        (tag in ("sqrt", "log") and not z.real > 0)
        or (tag == "atan" and not abs(z.imag) < 1)
        or tag in ("asin", "acos")
    )
    return acb("nan") if branched else getattr(z, tag)()


def product(parts):
    total = parts[0]
    for part in parts[1:]:
        total = total * part
    return total


def power(base, k):
    total = product([base] * abs(k)) if k else base * 0 + 1
    return total if k >= 0 else 1 / total


# means -----------------------------------------------------------------------------------------------------------------


def growth(tree):
    """(C, p, r) with |tree(x)| <= C (1+|x|)^p exp(r|x|) for all real x, each a rational number."""
    tag, rest = tree[0], tree[1:]
    if tag == "q":
        return abs(rational(rest)), 0, Fraction(0)
    if tag == "pi":
        return Fraction(4), 0, Fraction(0)
    if tag == "var":
        return Fraction(1), 1, Fraction(0)
    if tag in BOUNDED:
        return Fraction(BOUNDED[tag]), 0, Fraction(0)
    if tag == "exp" and nonpositive(rest[0]):
        return Fraction(1), 0, Fraction(0)
    if (
        tag == "log"
        and rest[0][0] == "+"
        and len(rest[0]) == 3
        and rest[0][1] == ["q", "1", "1"]
        and rest[0][2][0] == "exp"
    ):
        c, p, r = growth(rest[0][2][1])  # log(1 + exp(a)) <= 1 + |a|, and it is positive
        return c + 1, p, r
    if tag == "/":
        floor = least(rest[1])
        if floor <= 0:
            raise NotConfirmed("no bound for a quotient in an integrand")
        c, p, r = growth(rest[0])
        return c / floor, p, r
    parts = [growth(part) for part in (rest[:1] if tag == "^" else rest)]
    if tag in ("+", "max", "min", "abs"):
        return sum(c for c, _, _ in parts), max(p for _, p, _ in parts), max(r for _, _, r in parts)
    if tag == "^" and whole(rest[1]) >= 0:
        k = whole(rest[1])
        return max(parts[0][0], 1) ** k, parts[0][1] * k, parts[0][2] * k
    if tag == "*":
        c = Fraction(1)
        for part in parts:
            c *= part[0]
        return c, sum(p for _, p, _ in parts), sum(r for _, _, r in parts)
    if tag in ("exp", "sinh", "cosh") and parts[0][1] <= 1 and parts[0][2] == 0 and parts[0][0] <= 50:
        slope = parts[0][0]
        return Fraction(3) ** (int(slope) + 1), 0, slope
    raise NotConfirmed(f"no bound for {tag} in an integrand")


def nonpositive(tree):
    return (
        tree[0] == "*"
        and tree[1][0] == "q"
        and rational(tree[1][1:]) <= 0
        and all(least(part) >= 0 for part in tree[2:])
    )


def least(tree):
    """A rational number that the tree is never below on the real line; -1 where none is known."""
    tag, rest = tree[0], tree[1:]
    if tag == "q":
        return rational(rest)
    if tag == "pi":
        return Fraction(3)
    if tag in ("exp", "abs", "sqrt") or (tag == "^" and whole(rest[1]) % 2 == 0):
        return Fraction(0)
    if tag == "cosh":
        return Fraction(1)
    floors = [least(part) for part in rest if isinstance(part, list)] or [Fraction(-1)]
    return (
        sum(floors)
        if tag == "+" and min(floors) >= 0
        else Fraction(0)
        if tag == "*" and min(floors) >= 0
        else Fraction(-1)
    )


def integral(function, low, high):
    """Rigorous by acb.integral, whose analytic flag the integrand obeys."""
    return acb.integral(lambda z, analytic: acb(function(z, analytic)), acb(low), acb(high), eval_limit=100_000).real


def gaussian_mean(trees):
    """E of a product of trees in one standard normal variable."""
    c, p, r = growth(["*", *trees])
    if p > MOST_POWER or r > 100:
        raise NotConfirmed("an integrand grows too fast")
    s = arb(fmpq(r.numerator, r.denominator)) + 1
    reach = int((1.4 * ctx.prec) ** 0.5 + float(r)) + 9 + p // 4

    def density(z, analytic):
        return product([ball(tree, z, analytic) for tree in trees]) * (-z * z / 2).exp()

    # (1+y)^p <= p! e^(1+y), so the tails are below C p! e E[exp((r+1)|X|); |X| > reach]
    size = arb(fmpq(c.numerator, c.denominator)) * factorial(p) * arb(1).exp()
    tail = size * (s * s / 2).exp() * ((reach - s) / arb(2).sqrt()).erfc()
    middle = integral(density, arb(-reach), arb(0)) + integral(density, arb(0), arb(reach))
    return middle / (2 * arb.pi()).sqrt() + arb(0, tail.upper())


def sphere_mean(trees, m, factor=lambda s: 1):
    """E of trees at sqrt(m) s and of a polynomial at s, s a coordinate of a uniform point on the sphere (density sin^(m-2))."""

    def density(theta, analytic):
        s = theta.cos()
        return (
            product([ball(tree, arb(m).sqrt() * s, analytic) for tree in trees]) * power(theta.sin(), m - 2) * factor(s)
        )

    weight = arb(fmpq(m - 1, 2)).gamma() * arb.pi().sqrt() / arb(fmpq(m, 2)).gamma()
    half = arb.pi() / 2
    return (integral(density, arb(0), half) + integral(density, half, arb.pi())) / weight


def mean(tree):
    """The mean a tree stands for; computed once at each precision."""
    key = (canonical(tree), ctx.prec)
    if key not in MEANS:
        if len(MEANS) > MOST_MEANS or ctx.prec > MOST_MEAN_BITS:
            raise NotConfirmed("too many means, or too many bits for a mean")
        MEANS[key] = (gauss if tree[0] == "gauss" else sphere)(*tree[1:])
    return MEANS[key]


def gauss(f, _, g=None, __=None, rho=None):
    if g is None:
        return gaussian_mean([f])
    rho = rational(rho)
    return series(
        f,
        g,
        lambda tree, k: gaussian_mean([tree, hermite_tree(k)]),
        lambda k: (Fraction(1, factorial(k)), rho**k, abs(rho) ** (k + 1)),
        gaussian_mean,
    )


def sphere(f, _, *rest):
    if len(rest) == 1:
        return sphere_mean([f], whole(rest[0]))
    g, m, rho = rest[0], whole(rest[2]), rational(rest[3])

    def polynomial_at(k, s):  # the Gegenbauer polynomial with value 1 at 1
        before, now = s * 0 + 1, s
        for j in range(1, k):
            before, now = now, ((2 * j + m - 2) * s * now - j * before) / (j + m - 2)
        return before if k == 0 else now

    def facts(k):
        dimension = comb(m + k - 1, k) - (comb(m + k - 3, k - 2) if k >= 2 else 0)
        return Fraction(dimension), polynomial_at(k, rho), Fraction(1)

    return series(
        f,
        g,
        lambda tree, k: sphere_mean([tree], m, lambda s: polynomial_at(k, s)),
        facts,
        lambda trees: sphere_mean(trees, m),
    )


def hermite_tree(k):
    """He_k as a tree, by Horner's rule on its coefficients."""
    before, now = [1], [0, 1]
    for j in range(1, k):
        before, now = (
            now,
            [(now[i - 1] if i else 0) - (j * before[i] if i < len(before) else 0) for i in range(len(now) + 1)],
        )
    coefficients = before if k == 0 else now
    tree: list = ["q", str(coefficients[-1]), "1"]
    for c in reversed(coefficients[:-1]):
        tree = ["+", ["*", tree, ["var", "x"]], ["q", str(c), "1"]] if c else ["*", tree, ["var", "x"]]
    return tree


def series(f, g, coefficient, facts, norm):
    """E f g = sum_k weight_k f_k g_k factor_k; the rest, whose factors are at most `decay`, by Cauchy-Schwarz."""
    left_f = norm([f, f])
    left_g = left_f if f == g else norm([g, g])
    total = arb(0)
    for k in range(41):
        a = coefficient(f, k)
        b = a if f == g else coefficient(g, k)
        weight, factor, decay = (arb(fmpq(v.numerator, v.denominator)) for v in facts(k))
        total, left_f, left_g = total + weight * factor * a * b, left_f - weight * a * a, left_g - weight * b * b
        rest = decay * (abs(left_f).upper() * abs(left_g).upper()).sqrt()
        if rest < arb(2) ** (-ctx.prec // 2) or not total.is_finite():
            break
    return total + arb(0, rest.upper())


# steps -----------------------------------------------------------------------------------------------------------------


def compare(step, at):
    left, right = ball(step["left"], at), ball(step["right"], at)
    if not (left.is_finite() and right.is_finite()):
        raise NotConfirmed("a side has no finite ball")
    if not (left < right if step["relation"] == "<" else left <= right):
        raise NotConfirmed(f"the balls {left.str(8)} and {right.str(8)} do not show {step['relation']}")


def inequality(step):
    need(step["relation"] in ("<", "<="), "an inequality needs < or <=")
    with_bits(step["bits"], lambda: compare(step, {}))


def with_bits(bits, work):
    before = ctx.prec
    ctx.prec = bits
    try:
        return work()
    finally:
        ctx.prec = before


def cover(step):
    """The cuts come in preorder: "leaf", or [axis, numerator, denominator]; the leaves of the tree fill the box by construction."""
    need(step["relation"] in ("<", "<="), "a cover needs < or <=")
    variables, domain, cuts = step["variables"], step["domain"], step["cuts"]
    need(
        isinstance(variables, list)
        and all(isinstance(v, str) for v in variables)
        and len(set(variables)) == len(variables),
        "variables are no names",
    )
    need(
        isinstance(domain, list) and len(domain) == len(variables) and 1 <= len(domain) <= 6,
        "a domain has one interval a variable",
    )
    need(isinstance(cuts, list) and len(cuts) <= 2 * MOST_LEAVES, "too many cuts")
    need(all(isinstance(side, list) and len(side) == 2 for side in domain), "an interval has two ends")
    box = [(rational(low), rational(high)) for low, high in domain]
    need(all(low <= high for low, high in box), "an interval is empty")

    def check():
        waiting, entries = [box], iter(cuts)
        while waiting:
            here = waiting.pop()
            entry: list = next(entries, [])
            if entry == "leaf":
                at = {
                    v: arb(fmpq(a.numerator, a.denominator)).union(arb(fmpq(b.numerator, b.denominator)))
                    for v, (a, b) in zip(variables, here)
                }
                compare(step, at)
                continue
            need(
                isinstance(entry, list) and len(entry) == 3 and type(entry[0]) is int and 0 <= entry[0] < len(box),
                "a cut is malformed, or cuts are missing",
            )
            axis, at = entry[0], rational(entry[1:])
            low, high = here[axis]
            need(low < at < high, "a cut lies outside its box")
            waiting.append([*here[:axis], (at, high), *here[axis + 1 :]])
            waiting.append([*here[:axis], (low, at), *here[axis + 1 :]])
        need(next(entries, None) is None, "cuts are left over")

    with_bits(step["bits"], check)


def polynomial(tree, order, shift):
    """(numerator, denominator) as dictionaries from exponents to fractions, variables moved by their ends."""
    tag, rest = tree[0], tree[1:]
    zero = (0,) * len(order)
    one = {zero: Fraction(1)}
    if tag == "q":
        return {zero: rational(rest)}, one
    if tag == "var":
        if rest[0] not in order:
            raise NotConfirmed(f"the variable {rest[0]} has no domain")
        place = order.index(rest[0])
        return {zero: shift[place], tuple(int(i == place) for i in range(len(order))): Fraction(1)}, one
    if tag not in ("+", "*", "/", "^"):
        raise NotConfirmed(f"{tag} is no rational operation")
    parts = [polynomial(part, order, shift) for part in (rest[:1] if tag == "^" else rest)]
    if tag == "^":
        k = whole(rest[1])
        parts = [parts[0] if k >= 0 else inverse(parts[0])] * abs(k) or [(one, one)]
    if tag == "/":
        parts = [parts[0], inverse(parts[1])]
    top, bottom = parts[0]
    for p, q in parts[1:]:
        if tag == "+":
            top = added(multiplied(top, q), multiplied(p, bottom)) if q != bottom else added(top, p)
            bottom = multiplied(bottom, q) if q != bottom else bottom
        else:
            top, bottom = multiplied(top, p), multiplied(bottom, q)
    if not any(bottom.values()):
        raise NotConfirmed("a denominator is zero")
    return top, bottom


def inverse(fraction):
    """q/p for p/q, with q kept below: it must not vanish either."""
    p, q = fraction
    return multiplied(q, q), multiplied(p, q)


def added(p, q, sign=1):
    total = dict(p)
    for exponents, c in q.items():
        total[exponents] = total.get(exponents, 0) + sign * c
    return total


def multiplied(p, q):
    WORK[0] += len(p) * len(q)
    if WORK[0] > MOST_WORK:
        raise NotConfirmed("the polynomials are too large")
    total: dict = {}
    for e, a in p.items():
        for f, b in q.items():
            key = tuple(i + j for i, j in zip(e, f))
            total[key] = total.get(key, 0) + a * b
    if len(total) > MOST_TERMS or any(c.numerator.bit_length() > 20_000 for c in total.values()):
        raise NotConfirmed("a polynomial is too large")
    return total


def ends(step):
    order, lower = step["variables"], step["lower"]
    need(
        isinstance(order, list) and all(isinstance(v, str) for v in order) and len(set(order)) == len(order) <= 8,
        "variables are no names",
    )
    need(isinstance(lower, list) and len(lower) == len(order), "there is one lower end a variable")
    return order, [rational(end) for end in lower]


def identity(step):
    need(step["relation"] == "=", "an identity needs =")
    order, shift = ends(step)
    (p, q), (r, s) = (polynomial(step[side], order, shift) for side in ("left", "right"))
    if any(added(multiplied(p, s), multiplied(r, q), -1).values()):
        raise NotConfirmed("the two sides are different rational functions")
    for bottom in (q, s):
        if sign_of(bottom) is None or not bottom.get((0,) * len(order)):
            raise NotConfirmed(
                "the sides agree as rational functions, but a denominator is not shown to stay away from 0"
            )


def positivity(step):
    need(step["relation"] in ("<", "<="), "positivity needs < or <=")
    order, shift = ends(step)
    top, bottom = polynomial(["+", step["right"], ["*", ["q", "-1", "1"], step["left"]]], order, shift)
    zero = (0,) * len(order)
    signs = [sign_of(part) for part in (top, bottom)]
    if None in signs or signs[0] * signs[1] < 0 or not bottom.get(zero):
        raise NotConfirmed("the coefficients have mixed signs")
    if step["relation"] == "<" and not top.get(zero):
        raise NotConfirmed("the difference may vanish at the lower ends")


def sign_of(poly):
    values = {(c > 0) - (c < 0) for c in poly.values() if c}
    return None if len(values) > 1 else next(iter(values), 1)


def symbolic(step):
    raise NotConfirmed(f"shown by other means: {str(step['note'])[:200]}")


SIDES = ("relation", "left", "right")
KINDS: dict = {
    "inequality": ((*SIDES, "bits"), inequality),
    "cover": ((*SIDES, "bits", "variables", "domain", "cuts"), cover),
    "identity": ((*SIDES, "variables", "lower"), identity),
    "positivity": ((*SIDES, "variables", "lower"), positivity),
    "symbolic": (("note",), symbolic),
}  # keys besides kind, previous and digest; the check


def recheck(text):
    """(status, reason) of a certificate: 0 confirmed, 1 readable but not confirmed, 2 malformed."""
    before, WORK[0] = ctx.prec, 0
    MEANS.clear()
    try:
        steps: list = read(text)["steps"]
        for place, step in enumerate(steps, start=1):
            try:
                KINDS[step["kind"]][1](step)
            except NotConfirmed as reason:
                return 1, f"step {place} ({step['kind']}) not confirmed: {reason}"
        return 0, f"{len(steps)} step{'s' * (len(steps) > 1)} confirmed"
    except Malformed as reason:
        return 2, f"malformed: {reason}"
    except (RecursionError, MemoryError, ArithmeticError, ValueError, TypeError) as error:
        return 2, f"malformed: {type(error).__name__}: {str(error)[:200]}"
    finally:
        ctx.prec = before


def recheck_file(path):
    """(status, reason) of a file."""
    try:
        with open(path, encoding="utf-8") as file:
            return recheck(file.read(MOST_BYTES + 1))
    except (OSError, UnicodeDecodeError) as error:
        return 2, f"malformed: cannot be read ({error})"


def main(paths):
    if not paths:
        print("usage: python recheck.py CERTIFICATE ...", file=sys.stderr)
        return 2
    worst = 0
    for path in paths:
        status, reason = recheck_file(path)
        worst = max(worst, status)
        print(f"{path}: {reason}")
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
