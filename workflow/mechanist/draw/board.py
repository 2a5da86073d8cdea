"""The scoreboard as readers see it: short lines, with everything longer in lists below them.

:mod:`mechanist.draw.board_lines` arranges the texts; :mod:`mechanist.draw.board_markdown` and
:mod:`mechanist.draw.board_html` write them.
"""

from dataclasses import dataclass
from typing import Final

from mechanist.assess.published_results import Reference
from mechanist.assess.scoreboard import NOT_YET, UNDEFINED, number

#: Shown where a row has no such entry.
ABSENT: Final = "-"
#: Mark of how a published value is known, and what it means.
MARKS: Final = {
    "read": ("✓", "read in its source"),
    "recalled": ("~", "recalled from memory"),
    "unknown": ("?", "not known to us"),
}
#: Mark of our values that are no better than the best baseline.
WEAK: Final = "▼"
WEAK_MEANS: Final = "ours is no better than the best baseline"
#: Headings of the lines, and of their details below.
HEADINGS: Final = (
    "No.", "reference", "system", "task", "case", "metric", "published", "ours", "best baseline",
    "best rival", "notes",
)  # fmt: skip
DETAILS: Final = (
    "No.", "metric in score files", "target", "ours", "samples", "base rate", "dummy", "linear",
    "best rival", "best of ours",
)  # fmt: skip


@dataclass(frozen=True)
class Value:
    """A value of one of our models.

    Parameters
    ----------
    value : float or None
        None if there is no score.
    text : str
        The value with its interval, or why there is none.
    label, role : str
        Label and role of the model; empty if there is none.
    """

    value: float | None = None
    text: str = ABSENT
    label: str = ""
    role: str = ""

    @property
    def short(self) -> str:
        """The value without its interval, and the label of its model."""
        return self.text if self.value is None else f"{number(self.value)} {self.label}"

    @property
    def full(self) -> str:
        """The value with its interval, and the label of its model."""
        return self.text if self.value is None else f"{self.label}: {self.text}"


@dataclass(frozen=True)
class Line:
    """One published result and target.

    Parameters
    ----------
    number : int
        Number of the line, from 1.
    wing, reference, system, task : str
        Wing, and keys of the published result.
    case : str
        Target and subset in words; empty if we have no score of this kind.
    metric, metric_name, target : str
        Metric in words with its unit, and metric and target as score files name them.
    published, status : str
        Published value in words, and a key of ``MARKS``.
    ours, baseline, rival, best, dummy, linear : Value
        Our value, the best baseline and rival, the best of all models, and each baseline.
    samples, base_rate : str
        Number of samples, and the value that a score of classes has to exceed.
    weak : bool
        Whether our value is no better than the best baseline.
    notes : tuple of int
        Numbers of the notes.
    """

    number: int
    wing: str
    reference: str
    system: str
    task: str
    case: str
    metric: str
    metric_name: str
    target: str
    published: str
    status: str
    ours: Value
    baseline: Value
    rival: Value
    best: Value
    dummy: Value
    linear: Value
    samples: str
    base_rate: str
    weak: bool
    notes: tuple[int, ...]


@dataclass(frozen=True)
class Board:
    """The scoreboard.

    Parameters
    ----------
    lines : list of Line
    level : float
        Level of our intervals.
    notes, limits : list of str
        Texts of the numbered notes, and what limits our numbers, numbered after them.
    references, systems, tasks : dict
        What the keys of the lines stand for.
    """

    lines: list[Line]
    level: float
    notes: list[str]
    limits: list[str]
    references: dict[str, Reference]
    systems: dict[str, str]
    tasks: dict[str, str]

    @property
    def wings(self) -> dict[str, list[Line]]:
        """Lines by wing, in order."""
        names = dict.fromkeys(line.wing for line in self.lines)
        return {name: [line for line in self.lines if line.wing == name] for name in names}

    @property
    def explanation(self) -> str:
        """How the numbers were obtained."""
        return (
            f"Ours: mean over held-out samples, with {100 * self.level:g} % intervals from"
            " resampling whole samples. Definitions differ between publications and from ours; the"
            f" notes state them. '{NOT_YET}': this run has no score to compare. '{UNDEFINED}': the"
            " model was scored, but not in this metric."
        )
