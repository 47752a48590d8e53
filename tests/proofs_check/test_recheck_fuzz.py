"""Random certificates: whatever the checker confirms, mpmath finds true at random points of the domain."""

import contextlib
import random
import time

import mpmath
import pytest
from flint import arb, ctx, fmpq

from proofs_check import recheck
from proofs_check.certificates.certificate import sealed
from proofs_check.certificates.help import Finder

FUNCTIONS = recheck.UNARY


def tree(rng, depth, variables, plain=False):
    if depth == 0 or rng.random() < 0.15:
        number = ["q", str(rng.randint(-5, 5)), str(rng.randint(1, 4))]
        return rng.choice([number, number if plain else ["pi"], *(["var", v] for v in variables)])
    kind = rng.choice("+*/^" if plain else "+*/^mff")
    if kind in "+*/":
        return [kind, tree(rng, depth - 1, variables, plain), tree(rng, depth - 1, variables, plain)]
    inner = tree(rng, depth - 1, variables, plain)
    if kind == "^":
        return ["^", inner, str(rng.randint(-3, 4))]
    return [rng.choice(["max", "min"]), inner, ["q", "1", "2"]] if kind == "m" else [rng.choice(FUNCTIONS), inner]


def value(node, at):
    tag, rest = node[0], node[1:]
    if tag == "q":
        return mpmath.mpf(int(rest[0])) / int(rest[1])
    if tag == "pi":
        return +mpmath.pi
    if tag == "var":
        return at[rest[0]]
    if tag == "^":
        return value(rest[0], at) ** int(rest[1])
    parts = [value(part, at) for part in rest]
    plain = {
        "+": lambda *a: sum(a),
        "*": lambda *a: mpmath.fprod(a),
        "/": lambda a, b: a / b,
        "pow": lambda a, b: mpmath.exp(b * mpmath.log(a)),
        "max": max,
        "min": min,
        "abs": abs,
    }
    found = plain[tag](*parts) if tag in plain else getattr(mpmath, tag)(*parts)
    if isinstance(found, mpmath.mpc):
        raise ValueError(f"{tag} is not real at {parts}")
    return found


def rewritten(rng, node):
    """The same wherever it exists, or another, and perhaps at fewer points."""
    x = ["var", "x"]
    return rng.choice([
        ["^", ["^", node, "-1"], "-1"], ["/", ["*", node, x], x], ["log", ["exp", node]], ["exp", ["log", node]],
        ["^", ["sqrt", node], "2"], ["sqrt", ["^", node, "2"]], ["sin", ["asin", node]], ["asin", ["sin", node]], ["abs", node],
        ["/", ["*", node, ["+", x, ["q", "-1", "1"]]], ["+", x, ["q", "-1", "1"]]],
        ["+", ["*", ["cosh", node], ["cosh", node]], ["*", ["q", "-1", "1"], ["sinh", node], ["sinh", node]], node, ["q", "-1", "1"]],
        ["^", ["pow", node, ["q", "1", "2"]], "2"], ["tanh", ["log", node]], ["max", node, ["q", "0", "1"]],
    ])  # fmt: skip


@pytest.mark.parametrize("kind", ["balls", "coefficients", "rise", "fall", "identity"])
def test_nothing_false_is_confirmed(kind):
    rng, confirmed = random.Random(kind), 0
    for _ in range(300 if kind in ("rise", "fall") else 400):
        variables = ["x", "y"][: 1 if kind in ("rise", "fall") else rng.randint(1, 2)]
        left, right = (
            tree(rng, rng.randint(0, 3), variables, plain=kind != "balls" and rng.random() < 0.5) for _ in "lr"
        )
        if kind == "identity":
            right = rewritten(rng, left)
        if kind in ("rise", "fall") and rng.random() < 0.5:
            left = ["*", left, ["+", ["var", "x"], ["q", "-1", "1"]]]
            right = ["+", left, ["^", ["+", ["var", "x"], ["q", "-1", "1"]], "3"]]
        low = {v: rng.randint(-2, 3) for v in variables}
        ends = rng.choice(["[]", "[)", "(]", "()"]) if kind != "balls" else "[]"
        bounded = kind == "balls" or rng.random() < 0.5
        ranges = [[v, [str(low[v]), "1"], [str(low[v] + 1), "1"] if bounded else "oo", ends if bounded else ends[0] + ")"]
                  for v in variables]  # fmt: skip
        step = {"kind": "identity" if kind == "identity" else "inequality", "left": left, "right": right, "variables": ranges,
                "relation": "=" if kind == "identity" else rng.choice(["<", "<="])}  # fmt: skip
        ways = [[kind]]
        if kind in ("rise", "fall"):
            ways = [
                [kind, *slope]
                for slope in (["coefficients"], ["balls"], ["rise", "coefficients"], ["fall", "coefficients"])
            ]
        if kind == "coefficients":
            ways += [[["form", form]] for form in (["+", right, ["*", ["q", "-1", "1"], left]], ["^", right, "2"])]
        tried = [sealed("random", [step if kind == "identity" else step | {"bits": 64, "cuts": way}]) for way in ways]
        assert all(made.status < 2 for made in tried), [made.reason for made in tried]
        if not any(made.confirmed for made in tried):
            continue
        confirmed += 1
        with mpmath.workdps(400):
            for _ in range(6):
                corner = [0, 1] if bounded and ends == "[]" else [0] if ends[0] == "[" else [1e-9]
                at = {
                    v: low[v] + mpmath.mpf(rng.choice([*corner, rng.random() * (1 if bounded else 5)]))
                    for v in variables
                }
                a, b = value(left, at), value(right, at)
                room = mpmath.mpf(10) ** -20 * (1 + abs(a) + abs(b))
                strict = step["relation"] == "<" and all(v != int(v) for v in at.values())
                assert abs(a - b) < room if kind == "identity" else a < b + (0 if strict else room), f"{step} {at}"
    assert confirmed >= 4


def ranges_of(rng, variables):
    """A box for each variable, bounded or not, and how to draw points of it."""
    boxes, draws = [], {}
    for name in variables:
        low, width = fmpq(rng.randint(-8, 8), rng.randint(1, 3)), fmpq(rng.randint(1, 6), rng.randint(1, 3))
        high, kind = low + width, rng.random()
        ends = [[str(end.p), str(end.q)] for end in (low, high)]
        if kind < 0.6:
            boxes.append([name, *ends, rng.choice(["[]", "()", "[)", "(]"])])
            draws[name] = lambda u, low=low, width=width: low + width * u
        elif kind < 0.8:
            boxes.append([name, ends[0], "oo", rng.choice(["[)", "()"])])
            draws[name] = lambda u, low=low: low + 20 * u
        else:
            boxes.append([name, "-oo", "oo", "()"] if kind < 0.9 else [name, "-oo", ends[1], "()"])
            draws[name] = lambda u, high=high: high - 20 * u
    return boxes, draws


def test_quotients_their_signs_and_their_slopes_are_those_of_the_tree():
    """What a field makes of a tree has its value, and sign, and slope, in balls at points of the domain."""
    rng, taken, sloped = random.Random("quotients"), 0, 0
    before, ctx.prec = ctx.prec, 80
    try:
        for _ in range(700):
            variables = ["x", "y"][: rng.randint(1, 2)]
            node = tree(rng, rng.randint(1, 3), variables, plain=rng.random() < 0.5)
            node = rewritten(rng, node) if rng.random() < 0.5 else node
            if rng.random() < 0.6:
                node = ["/", tree(rng, 1, variables, plain=True), tree(rng, 1, variables, plain=True)]
            node = [rng.choice(["sqrt", "sqrt", "log", "exp", "asin", "atan"]), node] if rng.random() < 0.9 else node
            boxes, draws = ranges_of(rng, variables)
            field = rng.choice([recheck.Field, Finder])(boxes, {"scale": 12})
            recheck.UNTIL[0] = time.process_time() + 0.3
            try:
                found, slope = field.of(node), None
                with contextlib.suppress(recheck.NotConfirmed):
                    slope = field.slope(found) if len(variables) == 1 else None
            except recheck.NotConfirmed:
                continue
            finally:
                recheck.UNTIL[0] = float("inf")
            if any(atom and atom.box is None for atom in field.atoms):  # complex: no balls
                continue
            taken += 1
            sign, strict = field.sign_of(found)
            for _ in range(3):
                at = {name: draw(fmpq(rng.randint(1, 999), 1000)) for name, draw in draws.items()}
                direct = recheck.ball(node, {name: arb(x) for name, x in at.items()})
                if not direct.is_finite():  # an argument that touches the end of where a root or an arc sine exists
                    assert any(tag in str(node) for tag in ("sqrt", "log", "asin", "acos", "pow")), f"{node} {at}"
                    continue
                here = field.ball(found, {name: arb(x) for name, x in at.items()})
                assert here.is_finite() or "exp" in str(node) or "h'" in str(node), f"{node} {boxes} {at}"  # too large
                assert here.overlaps(direct), f"{node} {at}: {here} and {direct}"
                assert not sign or not direct * sign < 0, f"{node} {boxes} {at}"
                assert not (strict and direct == 0), f"{node} {boxes} {at}"
                if slope is not None:
                    near = [recheck.ball(node, {"x": arb(at["x"] + h)}) for h in (fmpq(1, 10**9), fmpq(-1, 10**9))]
                    rise, tilt = (near[0] - near[1]) * arb(10**9) / 2, field.ball(slope, {"x": arb(at["x"])})
                    if rise.is_finite() and tilt.is_finite() and rise.rad() < 1e-9:
                        sloped += 1
                        assert abs(rise - tilt) < 1e-4 * (1 + abs(tilt)), f"{node} {at}: {rise} and {tilt}"
    finally:
        ctx.prec, recheck.UNTIL[0] = before, float("inf")
    assert taken > 100
    assert sloped > 100
