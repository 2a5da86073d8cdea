"""Say of a found equation how much of the data it leaves unexplained, and what would help.

A sparse fit always returns something. What it leaves is compared with what noise, whose level is
estimated from the data, and the resolution of the grid may leave.
"""

from dataclasses import dataclass
from math import isnan
from typing import Final

from mechanist.discover.selection import Selection

#: Share of the squared target that an equation may leave without a reason and still be close.
CLOSE: Final = 0.01
COMPLETE: Final = "complete"
NEARLY: Final = "close"
INCOMPLETE: Final = "incomplete"
NOTHING: Final = "nothing found"
#: All verdicts, best first.
VERDICTS: Final = (COMPLETE, NEARLY, INCOMPLETE, NOTHING)


@dataclass(frozen=True)
class Verdict:
    """What is to be thought of an equation.

    Parameters
    ----------
    kind : str
        ``"complete"``: noise or the grid explain what is left. ``"close"``: they do not, but less
        than a hundredth is left. ``"incomplete"``: more is left. ``"nothing found"``: no term.
    text : str
        The shares, and what would help.
    """

    kind: str
    text: str


def verdict_of(selection: Selection) -> Verdict:
    """Return the verdict on a selection."""
    left, noise = selection.fit.loss, selection.noise_share
    if not selection.fit.support:
        return Verdict(NOTHING, _help(selection))
    share = f"{_percent(left)} of the squared rate of change unexplained"
    if left <= _enough(selection):
        reason = (
            f"noise explains {_percent(noise)}"
            if noise > 0.0
            else f"the grid resolves no better than {_percent(selection.floor)}"
        )
        return Verdict(COMPLETE, f"{share}; {reason}")
    if noise > 0.0:
        reason = f"noise explains only {_percent(noise)}"
    else:
        reason = "no white noise seen in the data" if noise == 0.0 else "noise level unknown"
    if left <= CLOSE:
        return Verdict(NEARLY, f"{share}; {reason}")
    return Verdict(INCOMPLETE, f"{share}; {reason}; {_help(selection)}")


def _enough(selection: Selection) -> float:
    """Return the squared residual that needs no explanation, over the squared target."""
    known = [x for x in (selection.allowed, selection.floor) if not isnan(x)]
    return max(known, default=0.0)


def _help(selection: Selection) -> str:
    """Return whether the library or the data are insufficient, and what would help.

    The largest candidate shows the difference: if it leaves little, terms are in the library but
    the data are too few to tell which.
    """
    largest = selection.path[-1]
    enough = max(CLOSE, _enough(selection))
    more = len(largest.support) > len(selection.fit.support)
    if more and largest.loss <= min(enough, 0.5 * selection.fit.loss):
        return (
            f"data insufficient: {len(largest.support)} terms would leave {_percent(largest.loss)},"
            " but so few data do not tell which; give longer or more trajectories, or a smaller"
            " library"
        )
    # noise whose level is known and explains too little is not what hides the law
    known = selection.noise_share > 0.0
    return (
        f"library insufficient: even {len(largest.support)} terms leave {_percent(largest.loss)};"
        f" add terms, fields or known inputs{'' if known else ', or data with less noise'}"
    )


def _percent(share: float) -> str:
    return f"{100 * share:.2g} %" if share < 0.995 else f"{100 * share:.0f} %"
