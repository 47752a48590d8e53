"""Re-check a certificate with the standard library and flint alone; nothing of this project is imported.

    python recheck.py CERTIFICATE ...        status 0: confirmed, 1: readable but not confirmed, 2: malformed

A certificate is a JSON object ``{"format", "version", "id", "statement", "outcome", "steps"}``.  A step carries a relation between
two expression trees, what it is about, and a chain of digests that starts from the head.  Nothing is believed: every step is shown
again, in balls or in exact arithmetic, or reported as not confirmed.  Whether the steps add up to the statement is for the reader.

    inequality   left < right (or <=) between closed expressions, in balls
    cover        the same at every point of a box: a tree of cuts, whose leaves are checked one by one
    identity     left = right as rational functions of variables >= given ends, denominators away from 0
    positivity   left < right (or <=) for all variables >= given ends, by the signs of coefficients
    symbolic     shown elsewhere by other means: readable, never confirmed here

Trees: ["q", "3", "4"], ["pi"], ["var", "t"], ["+", a, ...], ["*", ...], ["/", a, b], ["^", a, "3"], [function, a, ...];
["gauss", f, "x"] for E f(X), ["gauss", f, "x", g, "y", rho] for E f(X) g(Y), X, Y standard normal of correlation rho;
["sphere", f, "x", "m"] and ["sphere", f, "x", g, "y", "m", rho] for coordinates sqrt(m) s of a uniform point s of the unit sphere
in m dimensions along directions of cosine rho; and in identities ["moment", law, "n", "2", "1", ...] for E z_1^2 z_2 ..., the
law one of centred, uncentred (a batch of n under batch normalisation) and normal, or ["positive moment", law, "n", "2"] for
E max(0, z_1)^2, an even power, where max(0, z)^0 is 1 for z > 0.
"""

import hashlib
import json
import re
import sys
import time
from fractions import Fraction
from itertools import pairwise
from math import comb, factorial, prod

from flint import Ordering, acb, arb, ctx, fmpq, fmpq_mpoly_ctx

FORMAT, VERSION, HEAD = "gramchain-certificate", 2, ("format", "version", "id", "statement", "outcome")
MOST_BYTES, MOST_DEPTH, MOST_NODES, MOST_DIGITS, MOST_BITS, MOST_POWER = 4_000_000, 120, 20_000, 400, 4096, 200
MOST_TERMS, MOST_STEPS, MOST_SECONDS, MOST_COEFFICIENTS = 20_000, 400, 120, 41
UNTIL = [float("inf")]
MEANS: dict = {}
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


def read(text):
    """The certificate in a text, every limit kept before anything is computed."""
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
        value = json.loads(text, parse_float=refuse, parse_constant=refuse, object_pairs_hook=unique,
                           parse_int=lambda token: int(token) if len(token) <= 6 else refuse(token))  # fmt: skip
    except (json.JSONDecodeError, RecursionError) as error:
        raise Malformed(f"no JSON: {error}") from None
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
            need(
                step["relation"] in (("=",) if kind == "identity" else ("<", "<=")),
                f"a {kind} step has another relation",
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


def check_tree(tree, count, inside=None):
    """Refuse what is no tree; in an integrand, whose one variable is `inside`, other variables and means as well."""
    count[0] += 1
    need(
        count[0] <= MOST_NODES and isinstance(tree, list) and tree and isinstance(tree[0], str), "no tree, or too large"
    )
    tag, rest = tree[0], tree[1:]
    if tag == "q":
        rational(rest)
    elif tag == "var":
        need(len(names(rest)) == 1 and inside in (None, rest[0]), "no variable, or not the integrand's own")
    elif tag == "^":
        need(len(rest) == 2, "a power takes two parts")
        check_tree(rest[0], count, inside)
        whole(rest[1], MOST_POWER)
    elif tag in ("moment", "positive moment"):
        need(inside is None and len(rest) >= 3 and rest[0] in ("centred", "uncentred", "normal"), "no moment")
        names(rest[1:2])
        powers = [whole(k, 8) for k in rest[2:]]
        need(min(powers) >= 0 and sum(powers) <= 8, "a moment of negative or large degree")
        need(tag == "moment" or (len(powers) == 1 and powers[0] % 2 == 0), "a positive moment has one even power")
    elif tag in ("gauss", "sphere"):
        need(inside is None and len(rest) in ((2, 5) if tag == "gauss" else (3, 6)), f"{tag} takes other parts")
        for body, name in (rest[:2], rest[2:4])[: 1 + (len(rest) > 3)]:
            names([name])
            check_tree(body, count, name)
        need(tag == "gauss" or whole(rest[2] if len(rest) == 3 else rest[4], 10_000) >= 2, "a sphere of no dimension")
        need(len(rest) <= 3 or abs(rational(rest[-1])) <= 1, "a correlation beyond 1")
    else:
        arity = {"pi": 0, "/": 2, "+": len(rest) or 1, "*": len(rest) or 1, **REAL}
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
    confirm("moment" not in tag, "moments stand in identities alone")
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


# rational functions ----------------------------------------------------------------------------------------------------


def fraction_of(tree, ring, moved):
    """(numerator, denominator) of a tree, its variables moved by their ends so that they run through x >= 0."""
    tag, rest = tree[0], tree[1:]
    one = ring.constant(1)
    if tag == "q":
        return ring.constant(fmpq(whole(rest[0]), whole(rest[1]))), one
    if tag == "var":
        confirm(rest[0] in moved, f"the variable {rest[0]} has no domain")
        return moved[rest[0]][0], one
    if "moment" in tag:
        return moment(tag, rest, one, moved)
    confirm(tag in ("+", "*", "/", "^"), f"{tag} is no rational operation")
    parts = [fraction_of(part, ring, moved) for part in (rest[:1] if tag == "^" else rest)]
    k = whole(rest[1]) if tag == "^" else 1
    if k < 0 or tag == "/":  # p/q turns into q^2/(p q): q stays below, since it must not vanish either
        parts[-1] = (times(parts[-1][1], parts[-1][1]), times(parts[-1][0], parts[-1][1]))
    if k == 0:
        return parts[0][1], parts[0][1]  # 1, wherever the base exists
    parts = parts * abs(k)
    top, bottom = parts[0]
    for p, q in parts[1:]:
        if tag == "+":
            top, bottom = (top + p, q) if q == bottom else (times(top, q) + times(p, bottom), times(bottom, q))
        else:
            top, bottom = times(top, p), times(bottom, q)
    confirm(bottom != 0, "a denominator is zero")
    return top, bottom


def moment(tag, rest, one, moved):
    """Sums over pairings: E prod <u, a_i> = sum prod <a_i, a_j> / (m (m+2) ...) for u uniform on the unit sphere in m dimensions; a
    batch of n is sqrt(n) u, with <a_i, a_j> = [i = j] - 1/n and m = n - 1 where it is centred."""
    law, powers = rest[0], [whole(k) for k in rest[2:]]
    n, low = moved.get(rest[1], (one, None))
    confirm(
        law == "normal" or (low is not None and low >= max(2, len(powers))), "the batch may be too small for the moment"
    )
    places = [i for i, k in enumerate(powers) for _ in range(k)]
    half = 2 if tag == "positive moment" else 1
    if len(places) % 2:
        return one * 0, one
    centred = law == "centred"

    def paired(left):  # n^(degree/2) times the sum over pairings, for the batch; the sum itself for the normal law
        if not left:
            return one
        total = one * 0
        for j in range(1, len(left)):
            scale = (n if law != "normal" else one) if left[0] == left[j] else one * 0
            total += times(scale - one * int(centred), paired(left[1:j] + left[j + 1 :]))
        return total

    bottom = one * half
    for j in range(0, len(places), 2) if law != "normal" else ():
        bottom = times(bottom, n - int(centred) + j)
    return paired(places), bottom


def times(p, q):
    confirm(time.process_time() < UNTIL[0] and len(p) * len(q) <= 50 * MOST_TERMS, "the polynomials are too large")
    total = p * q
    size = max((max(int(c.p).bit_length(), int(c.q).bit_length()) for c in total.coeffs()), default=0)
    confirm(len(total) <= MOST_TERMS and size <= 20_000, "a polynomial is too large")
    return total


def sign(polynomial):
    """+1 or -1 if all coefficients have one sign; None otherwise."""
    values = {(c > 0) - (c < 0) for c in polynomial.coeffs()}
    return None if len(values) > 1 else next(iter(values), 1)


def away(polynomial):
    """Whether coefficients show that it vanishes nowhere on x >= 0."""
    return sign(polynomial) is not None and polynomial.to_dict().get((0,) * polynomial.context().nvars(), 0) != 0


def rational_step(step):
    variables, lower = names(step["variables"]), step["lower"]
    need(isinstance(lower, list) and len(lower) == len(variables), "there is one lower end a variable")
    ring = fmpq_mpoly_ctx.get(tuple(variables) or ("unused",), Ordering.lex)
    ends = [rational(end) for end in lower]
    moved = {v: (x + fmpq(e.numerator, e.denominator), e) for v, x, e in zip(variables, ring.gens(), ends)}
    (p, q), (r, s) = (fraction_of(step[side], ring, moved) for side in ("left", "right"))
    confirm(away(q) and away(s), "a denominator is not shown to stay away from 0")
    gap = times(r, q) - times(p, s)
    if step["kind"] == "identity":
        return confirm(gap == 0, "the two sides are different rational functions")
    confirm(gap == 0 or sign(gap) == sign(q) * sign(s), "the coefficients have mixed signs")
    confirm(step["relation"] == "<=" or (gap != 0 and away(gap)), "the difference may vanish at the lower ends")


# steps in balls --------------------------------------------------------------------------------------------------------


def compare(step, at):
    left, right = ball(step["left"], at), ball(step["right"], at)
    confirm(left.is_finite() and right.is_finite(), "a side has no finite ball")
    holds = left < right if step["relation"] == "<" else left <= right
    confirm(holds, f"the balls {left.str(8)} and {right.str(8)} do not show {step['relation']}")


def cover(step):
    """The cuts come in preorder: "leaf", or [axis, numerator, denominator]; the leaves of the tree fill the box by construction."""
    variables, domain, cuts = names(step["variables"]), step["domain"], step["cuts"]
    need(isinstance(domain, list) and len(domain) == len(variables) >= 1, "a domain has one interval a variable")
    need(
        isinstance(cuts, list) and all(isinstance(side, list) and len(side) == 2 for side in domain),
        "no cuts, or no intervals",
    )
    waiting, entries = [[(rational(low), rational(high)) for low, high in domain]], iter(cuts)
    need(all(low <= high for low, high in waiting[0]), "an interval is empty")
    while waiting:
        here = waiting.pop()
        entry: list = next(entries, [])
        if entry == "leaf":
            compare(step, {v: exact(low).union(exact(high)) for v, (low, high) in zip(variables, here)})
            continue
        need(
            isinstance(entry, list) and len(entry) == 3 and type(entry[0]) is int,
            "a cut is malformed, or cuts are missing",
        )
        axis, at = entry[0], rational(entry[1:])
        need(0 <= axis < len(here) and here[axis][0] < at < here[axis][1], "a cut lies outside its box")
        for side in ((at, here[axis][1]), (here[axis][0], at)):
            waiting.append([*here[:axis], side, *here[axis + 1 :]])
    need(next(entries, None) is None, "cuts are left over")


def symbolic(step):
    raise NotConfirmed(f"shown by other means: {str(step['note'])[:200]}")


SIDES = ("relation", "left", "right")
KINDS: dict = {
    "inequality": ((*SIDES, "bits"), lambda step: compare(step, {})),
    "cover": ((*SIDES, "bits", "variables", "domain", "cuts"), cover),
    "identity": ((*SIDES, "variables", "lower"), rational_step),
    "positivity": ((*SIDES, "variables", "lower"), rational_step),
    "symbolic": (("note",), symbolic),
}  # keys besides kind, previous and digest; the check


def recheck(text, seconds=MOST_SECONDS):
    """(status, reason) of a certificate: 0 confirmed, 1 readable but not confirmed, 2 malformed."""
    before, UNTIL[0] = ctx.prec, time.process_time() + seconds
    MEANS.clear()
    try:
        steps, open_steps = read(text)["steps"], []
        for place, step in enumerate(steps, start=1):
            ctx.prec = step.get("bits", 64)
            try:
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


def recheck_file(path):
    """(status, reason) of a file."""
    try:
        with open(path, encoding="utf-8") as file:
            return recheck(file.read(MOST_BYTES + 1))
    except (OSError, ValueError) as error:
        return 2, f"malformed: cannot be read ({error})"


def main(paths):
    if not paths:
        print("usage: python recheck.py CERTIFICATE ...", file=sys.stderr)
    found = [recheck_file(path) for path in paths]
    for path, (_, reason) in zip(paths, found):
        print(f"{path}: {reason}")
    return max((status for status, _ in found), default=2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
