"""Random certificates: whatever the checker confirms, mpmath finds true at random points of the domain."""

import random

import mpmath
import pytest

from proofs_check import recheck
from proofs_check.certificate import sealed

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
