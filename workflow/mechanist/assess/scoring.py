"""How predictions of a wing are scored, for rules and scripts."""

from collections.abc import Sequence
from typing import Required, TypedDict


class Scoring(TypedDict, total=False):
    """Arguments of :func:`mechanist.assess.scorer.make_scorer`, except groups."""

    subject: Required[str]
    level: Required[float]
    resamples: int
    seed: int
    top_fractions: Sequence[float]
