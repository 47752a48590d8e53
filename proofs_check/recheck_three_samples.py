"""Re-check the certificate that three samples converge, with the standard library, flint and `recheck.py` alone.

    python recheck_three_samples.py CERTIFICATE ...        status 0: confirmed, 1: readable but not confirmed, 2: malformed

The file holds the activation as a tree of `recheck.py`, the half-width of a strip, how many Fourier coefficients to take, and boxes
that tile 0 <= s <= 1, 0 <= tau/pi <= 1.  Coefficients are computed here, by `acb.integral` and not by the sums that found the boxes;
then |R(w)| < 2|w|/(1+|w|^2) is shown on every box, (10) inside and (11) at the rim.  Equations: docs/derivations/three_samples.md.
"""

import sys
from fractions import Fraction

from flint import acb, arb, ctx, fmpq

try:
    from proofs_check import recheck as trees
except ImportError:  # run as a file, beside recheck.py
    import recheck as trees  # type: ignore[import-not-found, no-redef]

FORMAT = "gramchain-three-samples"
KEYS = {"format", "statement", "activation", "tree", "half_width", "count", "bits", "boxes"}
MOST_BOXES, MOST_COUNT, MOST_CUTS = 20_000, 400, 4000
need, confirm = trees.need, trees.confirm


def read(text):
    """The certificate in a text, its limits kept before anything is computed."""
    data = trees.parse(text)
    need(isinstance(data, dict) and set(data) == KEYS and data["format"] == FORMAT, f"no {FORMAT}, or other keys")
    need(trees.size(data) <= 10 * MOST_BOXES, "too many parts")
    need(type(data["count"]) is int and 6 <= data["count"] <= MOST_COUNT, "no count of coefficients")
    need(type(data["bits"]) is int and 53 <= data["bits"] <= 512, "no number of bits from 53 to 512")
    need(0 < fraction(data["half_width"]) <= 4, "no half-width of a strip")
    need(isinstance(data["boxes"], list) and 1 <= len(data["boxes"]) <= MOST_BOXES, "no boxes, or too many")
    for box in data["boxes"]:
        need(isinstance(box, list) and len(box) == 5 and box[0] in ("inside", "rim"), "a box is malformed")
    data["boxes"] = [(box[0], *map(fraction, box[1:])) for box in data["boxes"]]
    return data


def fraction(text):
    need(isinstance(text, str) and len(text) <= 60, "no text of a fraction")
    top, _, bottom = text.partition("/")
    value = trees.rational([top, bottom or "1"])
    return Fraction(int(value.p), int(value.q))


def exact(value):
    return arb(fmpq(value.numerator, value.denominator))


def tiles(boxes, sides):
    """Whether boxes fill a rectangle exactly: one that equals it, or a cut at the middle that no box crosses, both halves filled."""
    if len(boxes) == 1:
        return (boxes[0][1:3], boxes[0][3:5]) == sides
    for axis, (low, high) in enumerate(sides):
        middle = (low + high) / 2
        below = [b for b in boxes if b[2 + 2 * axis] <= middle]
        above = [b for b in boxes if b[1 + 2 * axis] >= middle]
        if below and above and len(below) + len(above) == len(boxes):
            half = lambda ends, axis=axis: (ends, sides[1]) if axis == 0 else (sides[0], ends)
            return tiles(below, half((low, middle))) and tiles(above, half((middle, high)))
    return False


def strip_size(tree, half_width):
    """A bound of |sigma(sqrt 2 cos psi)| on |Im psi| <= half_width, analytic there; evenness and conjugation leave a quarter."""
    waiting, largest, cuts = [((Fraction(0), Fraction(1)), (Fraction(0), half_width))], arb(0), 0
    while waiting:
        (left, right), (low, high) = waiting.pop()
        psi = acb(arb.pi() * exact(left).union(exact(right)), exact(low).union(exact(high)))
        value = acb(trees.ball(tree, {"x": arb(2).sqrt() * psi.cos()}, True))
        if value.is_finite() and right - left <= Fraction(1, 8):
            largest = largest.max(value.abs_upper())
            continue
        cuts += 1
        confirm(cuts <= MOST_CUTS, "the activation is not certainly analytic on the strip")
        a, b = (left + right) / 2, (low + high) / 2
        waiting += [(x, y) for x in ((left, a), (a, right)) for y in ((low, b), (b, high))]
    return largest


def coefficients(tree, count):
    """c_k, k = 0 .. count - 1."""

    def harmonic(k):
        def integrand(psi, analytic):
            return acb(trees.ball(tree, {"x": arb(2).sqrt() * psi.cos()}, analytic)) * (k * psi).cos()

        return trees.integral(integrand, [0, arb.pi()]) / arb.pi()

    return {k: harmonic(k) for k in range(count) if k % 3}


def around(radius):
    return arb(0, radius.abs_upper())


def series(tree, half_width, count):
    """(8): the three lists of coefficients of D and N, and what (9) leaves out of them and of their s-derivatives."""
    size, q = strip_size(tree, half_width), (-exact(half_width)).exp()
    c = coefficients(tree, count)
    kept = {k: c[abs(k)] for k in range(1 - count, count) if k % 3 == 1}
    missing = around(4 * size**2 * q**count / (1 - q**3))
    same = lambda m: sum((kept[k] * kept[k - m] for k in kept if k - m in kept), missing)
    mixed = lambda m: sum((kept[k] * kept[m - k] for k in kept if m - k in kept), missing)
    terms = max(2, count // 6)
    lists = [(same(6 * j) * (2 if j else 1), mixed(2 + 6 * j), mixed(-4 - 6 * j)) for j in range(terms)]
    # sum_{m >= M} (m+c) q^m <= q^M sum_i (M+c+i) q^i, and the same with squares
    first = 6 * terms - 2
    a, scale = first + 1 + 2 * q**2 / (1 - q**2), 2 * size**2 * q**first
    tail = scale * (a / (1 - q) + q / (1 - q) ** 2)
    slope = scale * (a**2 / (1 - q) + 2 * a * q / (1 - q) ** 2 + q * (1 + q) / (1 - q) ** 3)
    return lists, around(tail), around(slope)


def shown(box, lists, tail, slope):
    """Whether (10) holds on the box or, at the rim, (11)."""
    test, low, high, t_low, t_high = box
    s, tau = exact(low).union(exact(high)), arb.pi() * exact(t_low).union(exact(t_high))
    d, n, dd, dn = tail, acb(tail, tail), slope, acb(slope, slope)
    for j, (a, b, c) in enumerate(lists):
        turn, back = acb(0, j * tau).exp(), acb(0, -(j + 1) * tau).exp()
        now, above = trees.power(s, 3 * j), trees.power(s, 3 * j + 1)
        d = d + a * now * turn.real
        n = n + b * now * turn + c * above * back
        dn = dn + (3 * j + 1) * b * now * turn + (3 * j + 2) * c * above * back
        dd = dd + (3 * j * a * trees.power(s, 3 * j - 1) * turn.real if j else 0)
    if test == "inside":
        return bool(4 * d * d - (1 + s * s) * (1 + s * s) * (n.real * n.real + n.imag * n.imag) > 0)
    falling = 2 * s * (n.real * dn.real + n.imag * dn.imag) - 2 * d * dd
    return high == 1 and bool(falling - d * d * (1 - exact(low)) * (1 + s) * (1 + s) / ((1 + s * s) * (1 + s * s)) > 0)


def recheck(text, seconds=trees.MOST_SECONDS):
    """(status, reason): 0 confirmed, 1 readable but not confirmed, 2 malformed."""
    before, trees.UNTIL[0] = ctx.prec, trees.time.process_time() + seconds
    try:
        data = read(text)
        ctx.prec = data["bits"]
        unit = (Fraction(0), Fraction(1))
        need(tiles(data["boxes"], (unit, unit)), "the boxes do not tile the rectangle")
        lists, tail, slope = series(data["tree"], fraction(data["half_width"]), data["count"])
        confirm(lists[0][0] > 0, "the mean of |v|^2 is not certainly positive")
        for place, box in enumerate(data["boxes"], start=1):
            confirm(shown(box, lists, tail, slope), f"box {place} of {len(data['boxes'])} is not shown")
        return 0, f"three samples converge, {len(data['boxes'])} boxes confirmed"
    except trees.NotConfirmed as reason:
        return 1, f"not confirmed: {reason}"
    except Exception as error:
        return 2, f"malformed: {type(error).__name__}: {str(error)[:200]}"
    finally:
        ctx.prec, trees.UNTIL[0] = before, float("inf")


def recheck_file(path):
    """(status, reason) of a file."""
    return trees.recheck_file(path, recheck)


if __name__ == "__main__":
    sys.exit(trees.main(sys.argv[1:], "recheck_three_samples.py", recheck))
