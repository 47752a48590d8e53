"""One of every object that shows itself, for the tests of LaTeX, notebooks and terminals."""

from __future__ import annotations

from functools import cache
from typing import Any

from sympy import Integer, Rational, Symbol, eye, sqrt

from numerics import Enclosure, enclose, evaluate
from proofs_check import (
    ChainMean,
    ChainProbability,
    Choices,
    Claim,
    Eigenvalue,
    Entry,
    EntryProduct,
    Event,
    GramStatistic,
    Hypothesis,
    Integers,
    Interval,
    ProofStep,
    Relation,
    SquaredErrorTo,
    SquaredErrorToFixedPoint,
    SquaredErrorToOrbit,
    SquaredErrorToStart,
    Trace,
    Variable,
    at_least,
    at_most,
    equal,
    greater,
    judge,
    less,
)  # fmt: skip
from proofs_check.analysis import analyze_network
from proofs_check.derivation import Derivation
from theory import (
    Activation,
    GaussianLaw,
    GaussianMean,
    LayerNorm,
    Network,
    SphereMean,
    activations,
    critical_batch_size,
    derive,
    fixed_point,
    large_batch_limit,
    linearize,
    mean_field_map,
    stationary_fluctuations,
)  # fmt: skip
from theory.concentration import BOUNDS
from theory.conventions import batch_size, depth, rho, width, z
from theory.mean_field import row_law

t = Symbol("t", real=True)
HARD_NAME = "50% of a_b & {c} ^ ~ \\ # $ ≤"


@cache
def objects() -> dict[str, Any]:
    """Every kind of displayed object by a name, those that are quick to make."""
    relu = Network("relu", batch_size=5)
    chain = Derivation(t * (1 - t), domain=(Variable(t, Interval(0, 1)),)).equal(t - t**2, HARD_NAME)
    good = chain.at_most(Rational(1, 4))
    bad = chain.at_most(Rational(1, 5))
    claim = Claim(
        equal((t + 1) ** 2, t**2 + 2 * t + 1),
        (Variable(t, Interval(-1, 1)),),
        hypotheses=(Hypothesis(HARD_NAME),),
        steps=(
            ProofStep("a_step", equal(t + t, 2 * t)),
            ProofStep("b", equal((t + 1) ** 2, t**2 + 2 * t + 1), uses=("a_step",)),
        ),
        id="binomial",
    )
    pair = GaussianLaw(z[:2], [[1, rho], [rho, 1]])
    found: dict[str, Any] = {f"activation {name}": activations.get(name) for name in ("relu", "tanh", "erf", "selu")}
    found |= {
        "arbitrary activation": Activation.arbitrary(),
        "activation of one's own": Activation.from_expression("x*tanh(log(1+exp(x)))"),
        "network": relu,
        "network without normalisation": Network("tanh", None, 3, weight_variance=2, bias_variance=Rational(1, 10)),
        "network of any size": Network("erf"),
        "uncentred network": Network("erf", "batch-uncentered", 4),
        "layer network": Network("gelu", LayerNorm(), 4),
        "RMS network": Network("gelu", LayerNorm(centered=False), 4),
        "fixed point": fixed_point(relu),
        "fixed point in n": fixed_point(Network("relu")),
        "fixed point of means": fixed_point(Network("tanh", batch_size=7)),
        "spectrum": linearize(relu),
        "spectrum in n": linearize(Network("identity")),
        "spectrum of three samples": linearize(Network("relu", batch_size=3)),
        "fluctuations": stationary_fluctuations(Network("identity", batch_size=4)),
        "limit": large_batch_limit(activations.get("relu")),
        "solved derivation": derive(GaussianMean(activations.get("relu")(z[0]) * activations.get("relu")(z[1]), pair)),
        "unsolved derivation": derive(GaussianMean(activations.get("tanh")(z[0]) ** 2, GaussianLaw(z[0]))),
        "number": analyze_network(relu, 8)["c"],
        "reason": analyze_network(Network("identity", batch_size=3), 8)["eigenvalue_pairs"],
        "infinite number": analyze_network(Network("identity", batch_size=3), 8)["gradient_growth"],
        "enclosure": enclose(sqrt(2) / 10**9, 40),
        "undecided enclosure": Enclosure(None, 53, "none", HARD_NAME),
        "evaluation": evaluate(sqrt(2) / 10**30, 12),
        "claim": claim,
        "verdict": judge(claim),
        "refuted verdict": judge(Claim(less(sqrt(2), Rational(7, 5)), id="root_two_too_small")),
        "open verdict": judge(
            Claim(at_most(GaussianMean(Activation.arbitrary()(z[0]), GaussianLaw(z[0])), 1), id="open")
        ),
        "derivation": good,
        "false derivation": bad.judge(),
        "integers": Variable(batch_size, Integers(3)),
        "few integers": Variable(batch_size, Integers(3, 4)),
        "many integers": Variable(width, Integers(3, 40)),
        "choices": Variable(t, Choices((Rational(1, 2), sqrt(2)))),
        "long number": at_least(Integer(7) ** 60, Rational(1, 3**70)),
    }
    for quantity in (Entry(0, 1), EntryProduct(Entry(0, 1), Entry(1, 2)), Trace(), SquaredErrorTo(eye(3)), SquaredErrorToStart(),
                     SquaredErrorToOrbit(), SquaredErrorToFixedPoint(), Eigenvalue(0),
                     GramStatistic(HARD_NAME, lambda g: g[:, 0, 0], 0, None)):  # fmt: skip
        mean = ChainMean(quantity, Network("relu", batch_size=3), width, depth)
        found[f"statement on {type(quantity).__name__}"] = less(mean, 1 / width + 1 / (batch_size + depth))
    found["statement on an event"] = at_most(
        ChainProbability(Event(Trace(), Relation.GREATER, Integer(2)), Network("relu", None, 2), 64, 3, eye(2)),
        Rational(1, 2),
    )
    found["statement on the map"] = greater(mean_field_map(relu.with_batch_size(3), eye(3))[0, 1], 0)
    found["statement on the uncentred map"] = greater(
        mean_field_map(Network("erf", "batch-uncentered", 3), eye(3))[0, 1], 0
    )
    found["statement on a row"] = less(SphereMean(z[0] ** 4, row_law(Network("relu"), 1)), batch_size)
    for name in ("one-step-pinelis", "one-step-noise", "theorem-two"):
        found[f"bound {name}"] = BOUNDS[name](relu)
    return found


def more_objects() -> dict[str, Any]:
    """Those that take longer: every activation and bound, and the rest."""
    chain = Derivation(t * (1 - t), domain=(Variable(t, Interval(0, 1)),)).equal(t - t**2).at_most(Rational(1, 4))
    network = Network("tanh", batch_size=7)
    return {
        **objects(),
        **{f"activation {name}": activations.get(name) for name in activations.names()},
        **{f"bound {name}": make(Network("relu", batch_size=5)) for name, make in BOUNDS.items()},
        "critical batch": critical_batch_size("x^3"),
        "judged derivation": chain.judge(),
        "spectrum of means": linearize(network),
        "limit of means": large_batch_limit(network.activation),
    }
