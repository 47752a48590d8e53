"""Reports: what is in them, and that they can be read without a network, in a browser and from LaTeX."""

from __future__ import annotations

import html
import html.parser
import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from urllib.parse import unquote

import pytest
from sympy import Integer, Rational, Symbol, exp, pi, sin, sqrt

from proofs_check import Claim, Entry, Hypothesis, Integers, Interval, ProofStep, Trace, Variable, equal, judge, less
from proofs_check.certificates.certificate import certificate
from proofs_check.finite_width.chain import ChainMean
from proofs_check.latex import document, escape, expression_latex, expression_pieces
from proofs_check.recheck import recheck
from proofs_check.report import write_report
from proofs_check.report.entry import ReportEntry, shown
from proofs_check.report.mathml import mathml
from proofs_check.report.plots import numbers_plot, sides_plot
from proofs_check.verdict import Evidence, Grounds, Outcome, Verdict
from theory import GaussianLaw, GaussianMean, Network, Source, SphereLaw, SphereMean
from theory.conventions import z

t, n = Symbol("t", real=True), Symbol("n", integer=True, positive=True)
SLOPE = GaussianMean(sin(z[0]) * sin(z[1]), GaussianLaw(z[:2], [[1, Rational(1, 2)], [Rational(1, 2), 1]]))
LONG = sum(SphereMean(z[0] ** k * z[1], SphereLaw(z[:2], n)) / (k + n) for k in range(1, 9))


def claims() -> list[Claim]:
    """One of each outcome that is quick to reach, and one with everything that is hard to typeset."""
    step = equal((t + 1) ** 2, t**2 + 2 * t + 1)
    return [
        Claim(
            step,
            (Variable(t, Interval(-1, 1)),),
            steps=(ProofStep("a_step", equal(t + t, 2 * t)), ProofStep("whole", step, uses=("a_step",))),
            id="binomial",
            source=Source("gramchain", "50% of a_b & <script>alert(1)</script>"),
            title="A <b>title</b> with 100% & under_scores",
        ),
        Claim(less(pi, Rational(314, 100)), id="pi_too_small"),
        Claim(
            less(LONG, Integer(10) ** 60),
            (Variable(n, Integers(5)),),
            hypotheses=(Hypothesis("nobody has checked this ^ ~ \\ {}"),),
            id="long_and_open",
        ),
        Claim(
            less(SLOPE + ChainMean(Trace(), Network("relu", batch_size=4), 64, 10), sqrt(2) + exp(Integer(1)) ** 9),
            id="several_kinds",
        ),
        Claim(
            equal(ChainMean(Entry(0, 1), Network("tanh", None, 3), 7, 2, [[2, 1, 0], [1, 2, 0], [0, 0, 1]]), Integer(0))
        ),
    ]


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    listed = [claim.with_id("entry_of_unnormalised") for claim in claims()]
    verdicts = [judge(claim) for claim in listed[:2]]
    verdicts[0] = replace(verdicts[0], certificate=certificate(listed[0], verdicts[0]).text)
    note = Evidence("a ball", enclosure=("0." + "1234567890" * 7, "[1 +/- 2e-50]"))
    verdicts += [Verdict(c.id, Outcome.GAP, None, first_gap="open: try ≥ 2 more", evidence=note) for c in listed[2:]]
    files = write_report(folder, listed, verdicts)
    assert [path.name for path in files] == ["index.html", "report.tex"]
    return folder


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.links, self.ids = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.tags.append(tag)
        self.links += [given[name] for name in ("href", "src", "action", "data") if name in given]
        if "id" in given:
            self.ids.append(given["id"])


def test_the_page_stands_alone_and_escapes_what_it_shows(report):
    text = (report / "index.html").read_text(encoding="utf-8")
    page = Page(text)
    assert "script" not in page.tags
    assert "link" not in page.tags
    assert all(link.startswith(("#", "data:application/json,")) for link in page.links)
    assert "url(" not in text
    assert "@import" not in text
    assert "&lt;script&gt;" in text
    assert "&lt;b&gt;title" in text
    assert page.tags.count("math") >= 10
    assert {"main", "header", "caption"} <= set(page.tags)
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


def test_every_claim_is_there_with_outcome_steps_and_evidence(report):
    text = (report / "index.html").read_text(encoding="utf-8")
    for words in ("PROVED", "REFUTED", "GAP", "a_step", "whole", "uses a_step", "ExactIdentity", "normal form zero",
                  "assumed", "long_and_open", "several_kinds", "open: try ≥ 2 more"):  # fmt: skip
        assert words in text
    source = (report / "report.tex").read_text(encoding="utf-8")
    for words in ("PROVED", "REFUTED", "a\\_step", "under\\_scores", "100\\%", "ExactIdentity"):
        assert words in source


def test_certificates_can_be_downloaded_and_are_confirmed(report):
    text = (report / "index.html").read_text(encoding="utf-8")
    ((name, data),) = re.findall(r'<a download="([^"]*)" href="data:application/json,([^"]*)"', text)
    assert name == "binomial.json"
    assert recheck(unquote(data))[0] == 0
    assert re.search(r"\d of \d steps for gramchain recheck", text)


def test_filters_are_check_boxes_with_counts(report):
    text = (report / "index.html").read_text(encoding="utf-8")
    boxes = re.findall(r'<label><input type="checkbox" id="show-([\w-]+)" checked> \w+ <span class="faint">(\d+)', text)
    assert dict(boxes) == {"outcome-PROVED": "1", "outcome-REFUTED": "1", "outcome-GAP": "3", "grounds-exact": "1",
                           "grounds-enclosure": "1", "grounds-none": "3"}  # fmt: skip
    for kind, _ in boxes:
        assert f"body:has(#show-{kind}:not(:checked)) .{kind} {{ display: none; }}" in text


def test_plots_have_two_sides_and_say_what_they_show(report):
    text = (report / "index.html").read_text(encoding="utf-8")
    drawn = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    assert len(drawn) >= 2
    for figure in drawn:
        tree = ElementTree.fromstring(figure)
        assert tree.attrib["aria-label"]
        assert {"left", "right"} <= {part for e in tree.iter() for part in e.attrib.get("class", "").split()}
    pole = Claim(less(1 / t, 1), (Variable(t, Interval(0, 1)),), id="pole")
    assert sides_plot(pole) is not None  # the end where a side is infinite is left out
    assert sides_plot(Claim(less(SLOPE, Integer(1)), id="a_mean")) is None
    measured = Verdict("m", Outcome.SUPPORTED, Grounds.SIMULATION, evidence=Evidence(interval=(0.1, 0.2)))
    figure = numbers_plot(measured, Claim(less(SLOPE, Rational(1, 2)), id="m"))
    assert figure is not None
    assert "bound" in figure


def test_mathematics_is_well_formed_mathml(report):
    text = (report / "index.html").read_text(encoding="utf-8")
    formulas = re.findall(r"<math .*?</math>", text, re.DOTALL)
    assert len(formulas) >= 10
    for formula in formulas:
        tree = ElementTree.fromstring(formula)
        assert tree.tag.endswith("math")
        assert "\\" not in "".join(tree.itertext())
    assert 'class="latex"' not in text  # nothing had to be shown as LaTeX


def test_a_formula_that_cannot_be_converted_is_shown_as_its_latex():
    assert mathml(r"\frac{1").startswith('<code class="latex">') or "<math" in mathml(r"\frac{1")
    assert 'alttext="x &lt; 1"' in mathml("x < 1")


def test_long_sums_are_cut_and_long_numbers_end_in_dots():
    assert len(expression_pieces(LONG)) == 8
    assert expression_pieces(t + 1) == ["t + 1"]
    assert expression_latex(Rational(10**60 + 1, 3)) == r"3.33333333333\ldots \cdot 10^{59}"
    assert expression_latex(Rational(1, 3)) == r"\frac{1}{3}"
    assert shown("0." + "1" * 40) == "0.1111111111111111..."


def test_escaping():
    assert escape("a_b%$#&{}^~\\") == r"a\_b\%\$\#\&\{\}\textasciicircum{}\textasciitilde{}\textbackslash{}"
    assert escape("漢") == r"\texttt{U+6F22}"
    assert r"\allowbreak" in escape("x" * 100)


def test_an_entry_without_steps_has_the_judges_step():
    claim = Claim(less(sqrt(2), Integer(2)), id="root")
    entry = ReportEntry.of(claim, judge(claim))
    assert [step.method for step in entry.steps] == ["BallInequality"]
    assert entry.title == "Root"


def compiled(source: str, folder) -> str:
    """The log of pdflatex, which must succeed."""
    (folder / "it.tex").write_text(source, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "it.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, errors="replace")
    assert done.returncode == 0, done.stdout[-2000:]
    return done.stdout


@pytest.mark.tool
def test_the_latex_report_compiles_without_warnings(report, tmp_path):
    log = compiled((report / "report.tex").read_text(encoding="utf-8"), tmp_path)
    assert not re.findall(r"^(?:LaTeX (?:Font )?Warning.*|Overfull .*|!.*)", log, re.MULTILINE)


@pytest.mark.tool
@pytest.mark.parametrize("activation", ["relu", "identity", "tanh"])
def test_the_latex_of_an_analysis_compiles_without_warnings(activation, tmp_path):
    from proofs_check.analysis import analyze_network
    from proofs_check.latex import analysis_latex

    network = Network(activation, batch_size=4)
    log = compiled(document(analysis_latex(network, analyze_network(network, 10))), tmp_path)
    assert not re.findall(r"^(?:LaTeX (?:Font )?Warning.*|Overfull .*|!.*)", log, re.MULTILINE)


MEASURE = """<script>
const seen = selector => [...document.querySelectorAll(selector)].filter(e => e.getClientRects().length).length;
const wide = [...document.querySelectorAll('body *')].filter(e => !e.closest('.skip') && !e.closest('.piece') && !e.closest('svg')
  && e.getBoundingClientRect().right > innerWidth + 1).length;
const clipped = [...document.querySelectorAll('.piece')].filter(e => e.scrollHeight > e.clientHeight + 1).length;
const flat = [...document.querySelectorAll('math, svg')].filter(e => e.getBoundingClientRect().height < 5).length;
const outside = [...document.querySelectorAll('svg text')].filter(e => { const a = e.getBoundingClientRect(),
  b = e.closest('svg').getBoundingClientRect(); return a.left < b.left - 1 || a.right > b.right + 1; }).length;
const report = {scroll: document.documentElement.scrollWidth - innerWidth, wide, clipped, flat, outside};
report.all = [seen('article'), seen('tr.claim')];
const first = document.querySelector('#show-outcome-GAP');
first.focus();
report.focused = document.activeElement === first;
first.click();
report.without_gaps = [seen('article'), seen('tr.claim')];
document.querySelector('#show-grounds-exact').click();
report.without_exact = [seen('article'), seen('tr.claim')];
first.click();
report.gaps_again = [seen('article'), seen('tr.claim')];
document.title = JSON.stringify(report);
</script></body>"""


@pytest.mark.tool
@pytest.mark.parametrize("width", [500, 1280])  # chromium makes no window narrower than 500
def test_the_page_fits_the_window_clips_no_mathematics_and_filters(report, width, tmp_path):
    text = (report / "index.html").read_text(encoding="utf-8")
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text).replace("</body>", MEASURE)
    (tmp_path / "page.html").write_text(text, encoding="utf-8")
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert browser is not None
    done = subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         f"--user-data-dir={tmp_path / 'profile'}", f"--window-size={width},900", "--dump-dom",
         (tmp_path / "page.html").as_uri()],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    title = re.search(r"<title>(.*?)</title>", done.stdout)
    assert title is not None
    seen = json.loads(html.unescape(title[1]))
    assert seen.pop("scroll") <= 0
    assert seen == {"wide": 0, "clipped": 0, "flat": 0, "outside": 0, "focused": True, "all": [5, 5],
                    "without_gaps": [2, 2], "without_exact": [1, 1], "gaps_again": [4, 4]}  # fmt: skip
