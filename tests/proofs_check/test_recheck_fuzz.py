"""Random certificates: whatever the checker confirms, mpmath finds true at random points of the domain."""

import random

import mpmath
import pytest

from proofs_check import recheck
from proofs_check.certificate import sealed

FUNCTIONS = [name for name, arity in recheck.REAL.items() if arity == 1]


def tree(rng, depth, variables, rational):
    if depth == 0 or rng.random() < 0.15:
        number = ["q", str(rng.randint(-5, 5)), str(rng.randint(1, 4))]
        return rng.choice([number, number if rational else ["pi"], *(["var", v] for v in variables)])
    kind = rng.choice("+*/^" if rational else "+*/^mff")
    if kind in "+*/":
        return [kind, tree(rng, depth - 1, variables, rational), tree(rng, depth - 1, variables, rational)]
    inner = tree(rng, depth - 1, variables, rational)
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
        "+": lambda a, b: a + b,
        "*": lambda a, b: a * b,
        "/": lambda a, b: a / b,
        "max": max,
        "min": min,
        "abs": abs,
    }
    found = plain[tag](*parts) if tag in plain else getattr(mpmath, tag)(*parts)
    if isinstance(found, mpmath.mpc):
        raise ValueError(f"{tag} is not real at {parts}")
    return found


@pytest.mark.parametrize("kind", ["inequality", "cover", "positivity", "identity"])
def test_nothing_false_is_confirmed(kind):
    rng, confirmed = random.Random(kind), 0
    for _ in range(400):
        variables = [] if kind == "inequality" else ["x", "y"][: rng.randint(1, 2)]
        rational = kind in ("positivity", "identity")
        left, right = (tree(rng, rng.randint(0, 3), variables, rational) for _ in "lr")
        if kind == "identity":
            right = rng.choice([right, ["^", ["^", left, "-1"], "-1"], ["/", ["*", left, ["var", "x"]], ["var", "x"]]])
        low = {v: rng.randint(-2, 3) for v in variables}
        step = {
            "kind": kind,
            "relation": "=" if kind == "identity" else rng.choice(["<", "<="]),
            "left": left,
            "right": right,
        }
        if rational:
            step |= {"variables": variables, "lower": [[str(low[v]), "1"] for v in variables]}
        else:
            step["bits"] = 64
        if kind == "cover":
            domain = [[[str(low[v]), "1"], [str(low[v] + 1), "1"]] for v in variables]
            step |= {"variables": variables, "domain": domain, "cuts": ["leaf"]}
        made = sealed("random", [step])
        assert made.status < 2, made.reason
        if not made.confirmed:
            continue
        confirmed += 1
        with mpmath.workdps(30):
            for _ in range(6):
                shifts = {
                    v: mpmath.mpf(rng.choice([0, 1, rng.random()])) * (1 if kind == "cover" else 5) for v in variables
                }
                at = {v: low[v] + shift for v, shift in shifts.items()}
                a, b = value(left, at), value(right, at)
                room = mpmath.mpf(10) ** -20 * (1 + abs(a) + abs(b))
                assert abs(a - b) < room if kind == "identity" else a < b + room, (step, at)
    assert confirmed > 20
