"""The marks of the verdicts: disc, half disc, ring, cross, dash, square. The word always stands beside them.

Drawn as boxes by the style sheets, so that they take the ink of the text; hidden from ears.
"""

from __future__ import annotations

from collections.abc import Iterable

from chapbook.model import Claim, Verdict

_BARS = {
    "cross": '<span class="bar"></span><span class="bar two"></span>',
    "dash": '<span class="bar"></span>',
}


def mark(verdict: Verdict) -> str:
    """One mark."""
    inner = _BARS.get(verdict.mark, "")
    return f'<span class="m {verdict.mark} {verdict.slug}" aria-hidden="true">{inner}</span>'


def strip(claims: Iterable[Claim]) -> str:
    """A row of marks, one a claim, in order; "" where there are none."""
    marks = "".join(mark(claim.verdict) for claim in claims)
    return f'<span class="strip" aria-hidden="true">{marks}</span>' if marks else ""
