"""Audit any descriptor against five criteria and collect the findings on one card.

The criteria are the feature criteria of the perspective article: (i) symmetry, (ii) continuity and
differentiability, (iii) cost, (iv) size generality, (v) reconstructability.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Final, Protocol

from mechanist.audit.card import AuditCard, Criterion
from mechanist.audit.continuity import continuity
from mechanist.audit.cost import cost
from mechanist.audit.reconstruction import reconstruction
from mechanist.audit.size import size
from mechanist.audit.subject import Rng, State, Subject
from mechanist.audit.symmetry import symmetry
from mechanist.audit.view import View, viewed
from mechanist.core.progress import LOGGER
from mechanist.core.seeds import generator
from mechanist.describe.descriptor import Card


class Examination(Protocol):
    """A function that examines a subject of any kind against one criterion."""

    def __call__(self, view: View[State], rng: Rng) -> Criterion:
        """Return the criterion with its findings."""
        ...


CRITERIA: Final[Mapping[str, Examination]] = {
    "i": symmetry,
    "ii": continuity,
    "iii": cost,
    "iv": size,
    "v": reconstruction,
}


def audit(subject: Subject[State], *, seed: int) -> AuditCard:
    """Audit one descriptor.

    Parameters
    ----------
    subject : Subject
    seed : int
        The configured seed. Each criterion has its own random stream.

    Returns
    -------
    AuditCard
        Identical on every run except for criterion iii, which contains measured times.

    Raises
    ------
    ValueError
        If the descriptor cannot describe its own probes.
    """
    view = viewed(subject, _stream(subject, seed, "probes"))
    criteria = []
    for number, examine in CRITERIA.items():
        criteria.append(examine(view, _stream(subject, seed, number)))
        leading = criteria[-1].leading
        LOGGER.info(
            "%s/%s %s %s: %s (%s)", subject.wing, subject.kind, number, criteria[-1].title,
            criteria[-1].verdict, leading.name,
        )  # fmt: skip
    return AuditCard(
        name=subject.name,
        kind=subject.kind,
        wing=subject.wing,
        parameters=dict(subject.parameters),
        claims=_claims(subject.card),
        seed=seed,
        n_features=len(view.names),
        criteria=tuple(criteria),
    )


def _claims(card: Card) -> dict[str, object]:
    """Return the card as a file returns it, without the meanings of columns, which tables state."""
    claims: dict[str, object] = json.loads(json.dumps(asdict(replace(card, columns={}))))
    del claims["columns"]
    return claims


def _stream(subject: Subject[State], seed: int, part: str) -> Rng:
    return generator(seed, "audit", subject.wing, subject.kind, part)
