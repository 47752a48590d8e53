"""What the judge says: outcome, grounds, first gap, what it rests on, and the evidence."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Any

from theory.display import Displayed, text
from theory.notation import OURS, Notation, expanded


class Outcome(enum.Enum):
    """The value is the sentence a person reads."""

    PROVED = "every step holds, none by simulation alone"
    SUPPORTED = "every step holds, some by simulation at the stated level"
    GAP = "some step is undecided or failed; the claim may still be true"
    REFUTED = "false: a counterexample, or a test at the stated level"


class Grounds(enum.IntEnum):
    """What a step rests on, weakest first."""

    SIMULATION = 1
    CITATION = 2
    ENCLOSURE = 3
    EXACT = 4


@dataclass(frozen=True)
class Evidence:
    """What was seen: everything a reader needs to see it again.

    Args:
        note: one sentence.
        counterexample: values of the variables at a violation, as strings.
        enclosure: the compared sides as decimal balls.
        level: error probability of a statistical decision.
        interval: confidence interval of the measured quantity.
        samples: networks simulated.
        ratio: bound / measured.
        fitted: constants fitted to data, by name.
    """

    note: str = ""
    counterexample: dict[str, str] | None = None
    enclosure: tuple[str, str] | None = None
    level: float | None = None
    interval: tuple[float, float] | None = None
    samples: int | None = None
    ratio: float | None = None
    fitted: dict[str, float] | None = None

    def to_json(self) -> dict[str, Any]:
        """Numbers as decimal strings; absent parts left out."""
        shown: dict[str, Any] = {"note": self.note}
        for name in ("counterexample", "enclosure", "level", "interval", "samples", "ratio", "fitted"):
            value = getattr(self, name)
            if value is None:
                continue
            if isinstance(value, dict):
                shown[name] = {k: str(v) for k, v in value.items()}
            elif isinstance(value, tuple):
                shown[name] = [str(v) for v in value]
            else:
                shown[name] = str(value)
        return shown

    def __str__(self) -> str:
        parts = [self.note] if self.note else []
        if self.counterexample:
            parts.append("at " + ", ".join(f"{k} = {v}" for k, v in self.counterexample.items()))
        if self.enclosure:
            parts.append(f"left {self.enclosure[0]}, right {self.enclosure[1]}")
        if self.interval:
            parts.append(f"measured in [{self.interval[0]:.6g}, {self.interval[1]:.6g}]")
        if self.samples is not None:
            parts.append(f"{self.samples} networks")
        if self.level is not None:
            parts.append(f"level {self.level:.2g}")
        if self.ratio is not None:
            parts.append(f"bound/measured {self.ratio:.4g}")
        if self.fitted:
            parts.append("fitted " + ", ".join(f"{k} = {v:.6g}" for k, v in self.fitted.items()))
        return "; ".join(parts)


@dataclass(frozen=True)
class StepVerdict:
    """The result of one step of a proof, kept for the report."""

    name: str
    method: str
    holds: bool | None
    grounds: Grounds
    evidence: Evidence
    advice: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, repr=False)
class Verdict(Displayed):
    """The judgement of one claim.

    ``bool(verdict)`` raises: ask for ``.outcome`` or ``.proved``.
    """

    id: str
    outcome: Outcome
    grounds: Grounds | None
    rests_on: tuple[str, ...] = ()
    first_gap: str | None = None
    evidence: Evidence = Evidence()
    steps: tuple[StepVerdict, ...] = ()
    seconds: float = 0.0
    statement_latex: str = field(default="", compare=False, repr=False)
    certificate: str = field(default="", compare=False, repr=False)

    @property
    def proved(self) -> bool:
        return self.outcome is Outcome.PROVED

    def __bool__(self) -> bool:
        raise TypeError("a verdict is no truth value: ask verdict.outcome (PROVED, SUPPORTED, GAP or REFUTED)")

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "outcome": self.outcome.name,
            "grounds": self.grounds.name if self.grounds is not None else None,
            "rests_on": list(self.rests_on),
            "first_gap": self.first_gap,
            "evidence": self.evidence.to_json(),
            "seconds": f"{self.seconds:.3f}",
        }

    def __str__(self) -> str:
        grounds = f" ({self.grounds.name})" if self.grounds is not None else ""
        gap = f": {self.first_gap}" if self.first_gap else ""
        return f"{self.id}: {self.outcome.name}{grounds}{gap}"

    def latex(self, notation: Notation | str = OURS) -> str:
        """Outcome and grounds, the statement, and the evidence or the first gap."""
        grounds = f" ({self.grounds.name.lower()})" if self.grounds is not None else ""
        rows = [rf"\textbf{{{self.outcome.name}}}{text(grounds) if grounds else ''}"]
        if self.statement_latex:
            rows.append(expanded(self.statement_latex, notation))
        rows += [text(line) for line in self._remarks()]
        return r"\begin{array}{l} " + r" \\ ".join(rows) + r" \end{array}"

    def _remarks(self) -> list[str]:
        """First gap, evidence and trusted base, in words; nothing where there is none."""
        remarks = [f"first gap: {self.first_gap}"] if self.first_gap else []
        remarks += [f"evidence: {self.evidence}"] if str(self.evidence) else []
        return remarks + ([f"rests on {', '.join(self.rests_on)}"] if self.rests_on else [])

    def describe(self) -> str:
        """The verdict, what it rests on, and every step, a line each."""
        said = {True: "holds", False: "fails", None: "open"}
        grounds = f" ({self.grounds.name})" if self.grounds is not None else ""
        steps = [f"{said[s.holds]:5} {s.name}: {s.method}, {s.grounds.name.lower()}" for s in self.steps]
        head = f"{self.id or 'claim'}: {self.outcome.name}{grounds}, {self.outcome.value}"
        return "\n    ".join([head, *self._remarks(), *steps])
