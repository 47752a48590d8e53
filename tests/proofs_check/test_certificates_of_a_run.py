"""`gramchain verify --report DIR` writes one certificate a claim, and `gramchain recheck` says what it confirms."""

import json

from proofs_check.cli import main

CLAIMS = """
from sympy import Rational, Symbol, gamma, pi
from proofs_check import Claim, Interval, Variable, at_most, equal, less
t = Symbol("t", real=True)
unit = (Variable(t, Interval(0, 1)),)
CLAIMS = [
    Claim(less(pi, Rational(22, 7)), id="archimedes"),
    Claim(at_most(t**2, t), unit, id="touches"),
    Claim(less(t**2, t), unit, id="false at the ends"),
    Claim(less(gamma(t + 1), 2), unit, id="unknown to the checker"),
]
"""


def test_a_report_holds_a_certificate_of_every_claim(tmp_path, capsys):
    (tmp_path / "mine.py").write_text(CLAIMS)
    report = tmp_path / "report"
    assert main(["verify", "--claims", str(tmp_path / "mine.py"), "--report", str(report), "--workers", "1"]) == 1
    files = sorted(report.glob("certificates/*.json"))
    assert [f.stem for f in files] == ["archimedes", "false_at_the_ends", "touches", "unknown_to_the_checker"]
    assert all(json.loads(f.read_text())["steps"] for f in files)
    capsys.readouterr()
    assert main(["recheck", "--json", *map(str, files)]) == 1
    found = json.loads(capsys.readouterr().out)["certificates"]
    assert [c["confirmed"] for c in found] == [True, True, True, False]
    assert "not confirmed" in found[3]["reason"]
    files[0].write_text(files[0].read_text().replace("22", "21"))
    assert main(["recheck", str(files[0])]) == 2
