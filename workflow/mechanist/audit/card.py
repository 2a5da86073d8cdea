"""The audit card of a descriptor: findings on five criteria, and the JSON file that stores them.

Layout (``mechanist.audit/1``): see ``workflow/schemas/audit.schema.yaml``. The card is identical on
every run except for criterion iii, whose times and memory are measured and marked as such.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from mechanist.core.atomic import write_text
from mechanist.core.errors import FormatError
from mechanist.core.narrowing import built, text

SCHEMA: Final = "mechanist.audit/1"
_REMEDY: Final = "Run the audit again."

#: Criteria by number, in the order of the perspective article.
TITLES: Final[Mapping[str, str]] = {
    "i": "Symmetry",
    "ii": "Continuity",
    "iii": "Cost",
    "iv": "Size",
    "v": "Reconstruction",
}


class Verdict(StrEnum):
    """Verdict of the audit, from best to worst; the last one is not a judgement."""

    PASS = "pass"  # noqa: S105
    INCONCLUSIVE = "inconclusive"
    WARN = "warn"
    FAIL = "fail"
    NOT_APPLICABLE = "not applicable"


_SEVERITY: Final = {
    Verdict.NOT_APPLICABLE: -1,
    Verdict.PASS: 0,
    Verdict.INCONCLUSIVE: 1,
    Verdict.WARN: 2,
    Verdict.FAIL: 3,
}


def graded(value: float, *, good: float, bad: float, worst: Verdict = Verdict.FAIL) -> Verdict:
    """Return pass up to ``good``, ``worst`` from ``bad`` on (or for NaN), else inconclusive."""
    if value <= good:
        return Verdict.PASS
    return Verdict.INCONCLUSIVE if value < bad else worst


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Result of one check.

    Parameters
    ----------
    name : str
        Such as ``"joint rotation"``.
    verdict : Verdict
    value : float or None
        Measured value; None if nothing could be measured.
    threshold : mapping of str to float
        Thresholds for ``value``, keyed by meaning: ``{"pass": 1e-9, "fail": 1e-6}``.
    unit : str
        Of ``value`` and thresholds.
    probe : str
        States on which the check was made.
    note : str
        Reason, worst feature, or meaning of the number.
    decides : bool
        Whether the finding determines the criterion's verdict. Other findings are reported with it
        and determine the verdict only if no deciding finding applies.
    """

    name: str
    verdict: Verdict
    value: float | None = None
    threshold: Mapping[str, float] = field(default_factory=dict)
    unit: str = ""
    probe: str = ""
    note: str = ""
    decides: bool = True


def not_applicable(name: str, reason: str, *, decides: bool = True) -> Finding:
    """Return a finding that is not applicable, with the reason."""
    return Finding(name=name, verdict=Verdict.NOT_APPLICABLE, note=reason, decides=decides)


@dataclass(frozen=True)
class Criterion:
    """One of the five criteria, with all its findings.

    Parameters
    ----------
    number : str
        ``"i"`` to ``"v"``.
    findings : tuple of Finding
        At least one.
    """

    number: str
    findings: tuple[Finding, ...]

    @property
    def title(self) -> str:
        """Name of the criterion."""
        return TITLES[self.number]

    @property
    def measured(self) -> bool:
        """Whether numbers depend on the machine and its load."""
        return self.number == "iii"

    @property
    def leading(self) -> Finding:
        """The finding that determines the verdict: the worst (first) one that decides."""
        applying = [f for f in self.findings if f.verdict is not Verdict.NOT_APPLICABLE]
        deciding = [f for f in applying if f.decides]
        return max(deciding or applying or self.findings, key=lambda f: _SEVERITY[f.verdict])

    @property
    def verdict(self) -> Verdict:
        """The worst verdict among deciding findings."""
        return self.leading.verdict


@dataclass(frozen=True, kw_only=True)
class AuditCard:
    """Result of the audit of one descriptor.

    Parameters
    ----------
    name, kind, wing : str
        As in :class:`mechanist.audit.subject.Subject`.
    parameters : mapping
        Parameters of the descriptor that differ from its defaults.
    claims : mapping
        The descriptor's own card.
    seed : int
        Root seed; random streams are named by ``audit``, wing, kind and criterion.
    n_features : int
        Columns for one object.
    criteria : tuple of Criterion
        All five, in order.
    """

    name: str
    kind: str
    wing: str
    parameters: Mapping[str, object]
    claims: Mapping[str, object]
    seed: int
    n_features: int
    criteria: tuple[Criterion, ...]

    def criterion(self, number: str) -> Criterion:
        """Return one criterion by its number, ``"i"`` to ``"v"``."""
        return next(c for c in self.criteria if c.number == number)

    def to_json(self) -> dict[str, object]:
        """Return the card as plain data; numbers that are not finite become null."""
        plain = {name: value for name, value in asdict(self).items() if name != "criteria"}
        return {"schema": SCHEMA, **plain, "criteria": [_criterion(c) for c in self.criteria]}


def write_card(path: Path, card: AuditCard) -> None:
    """Write a card as JSON atomically."""
    write_text(
        path, json.dumps(card.to_json(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    )


def read_card(path: Path) -> AuditCard:
    """Read a card.

    Raises
    ------
    FormatError
        If the file is not an audit card of this layout.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["schema"] != SCHEMA:
            raise FormatError(
                path, f"schema is {data['schema']!r}; expected {SCHEMA!r}", remedy=_REMEDY
            )
        criteria = tuple(
            Criterion(c["number"], tuple(_finding(f) for f in c["findings"]))
            for c in data["criteria"]
        )
        if [c.number for c in criteria] != list(TITLES):
            seen = [c.number for c in criteria]
            raise FormatError(path, f"criteria are {seen}; expected {list(TITLES)}", remedy=_REMEDY)
        rest = {key: data[key] for key in data if key not in {"schema", "criteria"}}
        return AuditCard(**rest, criteria=criteria)
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, FormatError):
            raise
        raise FormatError(path, f"not an audit card: {error!r}", remedy=_REMEDY) from error


def _criterion(criterion: Criterion) -> dict[str, object]:
    leading = criterion.leading
    return {
        "number": criterion.number,
        "title": criterion.title,
        "verdict": str(criterion.verdict),
        "measured": criterion.measured,
        "leading": leading.name,
        "findings": [_plain(f) for f in criterion.findings],
    }


def _plain(finding: Finding) -> dict[str, object]:
    value = finding.value
    known = value is not None and math.isfinite(value)
    return asdict(finding) | {"verdict": str(finding.verdict), "value": value if known else None}


def _finding(data: Mapping[str, object]) -> Finding:
    return built(Finding, {**data, "verdict": Verdict(text(data["verdict"]))})
