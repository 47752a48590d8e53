"""Means in closed form by the checker, against sampling: random polynomials of kinks, error functions and exponentials."""

import random

import numpy as np
import pytest
from flint import arb, ctx, fmpq

from proofs_check import recheck

SAMPLES = 60_000
MOST_SIGMAS = 6


def q(value):
    value = fmpq(value) if not isinstance(value, fmpq) else value
    return ["q", str(value.p), str(value.q)]


def form(rng, names):
    """A coordinate, or a linear form."""
    if len(names) == 1 or rng.random() < 0.6:
        return ["*", q(fmpq(rng.choice([-2, -1, 1, 1, 3]), rng.choice([1, 2]))), ["var", rng.choice(names)]]
    return ["+", *(["*", q(rng.choice([-1, 1, 2])), ["var", name]] for name in names)]


def factor(rng, names, sphere):
    kind = rng.choice(
        ["z", "z", "max", "min", "abs", "step", *([] if sphere else ["erf", "erfc", "exp", "bell", "cos", "sinh"])]
    )
    f = form(rng, names)
    if kind == "z":
        return ["^", ["var", rng.choice(names)], str(rng.randint(1, 3))]
    if kind in ("max", "min"):
        return [kind, f, q(0)]
    if kind == "bell":
        return ["exp", ["*", q(fmpq(-1, rng.randint(1, 4))), ["^", ["var", rng.choice(names)], "2"]]]
    if kind in ("exp", "sinh"):
        return [kind, ["*", q(fmpq(1, 2)), f]]
    return [kind, f]


def sampled(tree, at):
    tag, rest = tree[0], tree[1:]
    if tag == "q":
        return int(rest[0]) / int(rest[1])
    if tag == "var":
        return at[rest[0]]
    if tag == "^":
        return sampled(rest[0], at) ** int(rest[1])
    parts = [sampled(part, at) for part in rest]
    plain = {"+": lambda *a: sum(a), "*": lambda *a: np.prod(np.broadcast_arrays(*a), axis=0), "max": np.maximum, "min": np.minimum,
             "step": lambda a: a > 0, "erf": ERF, "erfc": lambda a: 1 - ERF(a)}  # fmt: skip
    return plain[tag](*parts) if tag in plain else getattr(np, tag)(*parts)


def ERF(a):
    """To 1.5e-7, Abramowitz and Stegun 7.1.26."""
    t = 1 / (1 + 0.3275911 * np.abs(a))
    series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t
    return np.sign(a) * (1 - series * np.exp(-a * a))


def law(rng, numbers, names, sphere):
    """A law, and samples of its coordinates."""
    if sphere:
        n = rng.randint(max(3, len(names)), 7)
        rows = numbers.standard_normal((SAMPLES, n))
        centred = rng.random() < 0.7
        rows -= rows.mean(axis=1, keepdims=True) if centred else 0
        rows *= np.sqrt(n) / np.linalg.norm(rows, axis=1, keepdims=True)
        return ["centred" if centred else "uncentred", q(n)], dict(zip(names, rows.T))
    a, b, c = fmpq(rng.randint(1, 3), 2), fmpq(rng.randint(-3, 3), 4), fmpq(rng.randint(0, 3), 4)
    first, second = numbers.standard_normal((2, SAMPLES))
    x, y = float(a.p) / float(a.q) * first, float(b.p) / float(b.q) * first + float(c.p) / float(c.q) * second
    rows = [[q(a * a)], [q(a * b), q(b * b + c * c)]][: len(names)]
    return ["normal", rows], dict(zip(names, (x, y)))


@pytest.mark.parametrize("sphere", [False, True])
def test_a_closed_mean_is_where_samples_are(sphere):
    rng, numbers, known = random.Random(f"means {sphere}"), np.random.default_rng(20261126), 0
    before, ctx.prec = ctx.prec, 64
    try:
        for _ in range(100):
            names = ["x", "y", "w"][: rng.randint(1, 3 if sphere else 2)]
            where, at = law(rng, numbers, names, sphere)
            body = ["*", *(factor(rng, names, sphere) for _ in range(rng.randint(1, 3)))]
            field = recheck.Field((), {"scale": 48})
            try:
                found = field.ball(field.of(["mean", where, names, body]), {})
            except recheck.NotConfirmed:
                continue
            known += 1
            values = np.broadcast_to(sampled(body, at), (SAMPLES,)).astype(float)
            error = MOST_SIGMAS * values.std() / SAMPLES**0.5 + 1e-6
            assert found.overlaps(arb(values.mean(), error)), f"{where} {body}: {found} and {values.mean()} +- {error}"
            assert found.rad() < 1e-9
    finally:
        ctx.prec = before
    assert known > 30
