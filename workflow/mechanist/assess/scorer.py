"""How the predictions of a study are scored: within samples, or over whole samples."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final

import pandas as pd

from mechanist.assess.calibration import calibration_records
from mechanist.assess.evaluate import ALL, compare, frame_scores, independent, summarise
from mechanist.assess.records import DifferenceRecord, ScoreRecord
from mechanist.assess.sample_scores import compare_samples, moment_table, summarise_samples
from mechanist.formats.described_columns import Column
from mechanist.formats.meanings.of_scores import ABOUT, MOMENTS, SCORE
from mechanist.formats.tables import LOAD
from mechanist.learn.study import OBJECTS, SAMPLES

SUBSET: Final = "subset"
NUMBERS: Final = ("unit", "value", "low", "high", "level", "n_samples")


@dataclass(frozen=True, kw_only=True)
class Scorer(ABC):
    """Scores of one study.

    A frame is a sample under a load. Its row in a table of frames is its part in the scores.

    Parameters
    ----------
    level : float
        Level of intervals.
    resamples, seed : int
        Number of bootstrap resamples of the samples and of permutations for p-values, and their
        seed. Only comparisons of whole samples draw random numbers; their scores need neither.
    top_fractions : sequence of float
        Fractions of objects in a frame that count as plastic in ranking metrics.
    groups : mapping of str to str
        Group of each sample that shares one with others; a group counts as one sample.
    """

    #: Columns that say what a score is about, in a table of a learning curve and of a transfer.
    curve_columns: ClassVar[Sequence[str]]
    transfer_columns: ClassVar[Sequence[str]]
    #: What the columns of :meth:`frames` mean.
    frame_columns: ClassVar[Mapping[str, Column]]

    level: float
    resamples: int = 0
    seed: int = 0
    top_fractions: Sequence[float] = ()
    groups: Mapping[str, str] = field(default_factory=dict)

    @abstractmethod
    def frames(self, predictions: pd.DataFrame) -> pd.DataFrame:
        """Return the part of every frame in the scores of predictions."""

    @abstractmethod
    def summary(self, frames: pd.DataFrame, *, units: Mapping[str, str]) -> list[ScoreRecord]:
        """Return scores with intervals over samples, of each target, metric and load."""

    @abstractmethod
    def differences(
        self, first: pd.DataFrame, second: pd.DataFrame, *, units: Mapping[str, str]
    ) -> list[DifferenceRecord]:
        """Return the scores of one model minus those of another on the same frames."""

    @abstractmethod
    def curve_rows(self, scores: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of a table of scores that belong to a learning curve."""

    @abstractmethod
    def transfer_rows(self, scores: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of a table of scores that belong to a transfer."""

    def calibration(
        self, predictions: pd.DataFrame, log_odds: Collection[str]
    ) -> list[ScoreRecord]:
        """Return the calibration of the classes whose predictions are log odds."""
        by_group = independent(predictions, self.groups)
        return calibration_records(by_group, log_odds, level=self.level)

    def table(self, predictions: pd.DataFrame, *, units: Mapping[str, str]) -> pd.DataFrame:
        """Return the scores of predictions, one row each."""
        return pd.DataFrame(self.summary(self.frames(predictions), units=units))


class WithinScorer(Scorer):
    """Scores within samples, averaged over loads and samples."""

    curve_columns: ClassVar[Sequence[str]] = ("target", "metric", SUBSET)
    transfer_columns: ClassVar[Sequence[str]] = ("target", "metric")
    frame_columns: ClassVar[Mapping[str, Column]] = {
        **ABOUT,
        **SCORE,
        "value": Column("of the metric", "Value of the metric within this sample under this load."),
    }

    def frames(self, predictions: pd.DataFrame) -> pd.DataFrame:
        """Return the scores of every frame."""
        return frame_scores(predictions, top_fractions=self.top_fractions)

    def summary(self, frames: pd.DataFrame, *, units: Mapping[str, str]) -> list[ScoreRecord]:
        """Return mean scores; see :func:`mechanist.assess.evaluate.summarise`."""
        return summarise(
            frames,
            units=units,
            level=self.level,
            resamples=self.resamples,
            seed=self.seed,
            groups=self.groups,
        )

    def differences(
        self, first: pd.DataFrame, second: pd.DataFrame, *, units: Mapping[str, str]
    ) -> list[DifferenceRecord]:
        """Return differences of means; see :func:`mechanist.assess.evaluate.compare`."""
        return compare(
            first,
            second,
            units=units,
            level=self.level,
            resamples=self.resamples,
            seed=self.seed,
            groups=self.groups,
        )

    def curve_rows(self, scores: pd.DataFrame) -> pd.DataFrame:
        """Return the rows over all loads."""
        return scores[scores[SUBSET] == ALL]

    def transfer_rows(self, scores: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of each load, under which the model is tested."""
        return scores[scores[SUBSET] != ALL].rename(columns={SUBSET: "test"})


class SampleScorer(Scorer):
    """Scores over whole samples, separately for each load."""

    curve_columns: ClassVar[Sequence[str]] = (LOAD, "target", "metric")
    transfer_columns: ClassVar[Sequence[str]] = curve_columns
    frame_columns: ClassVar[Mapping[str, Column]] = {**ABOUT, **MOMENTS}

    def frames(self, predictions: pd.DataFrame) -> pd.DataFrame:
        """Return the moments of every sample's truth and prediction."""
        return moment_table(predictions)

    def summary(self, frames: pd.DataFrame, *, units: Mapping[str, str]) -> list[ScoreRecord]:
        """Return scores; see :func:`mechanist.assess.sample_scores.summarise_samples`."""
        return summarise_samples(frames, units=units, level=self.level)

    def differences(
        self, first: pd.DataFrame, second: pd.DataFrame, *, units: Mapping[str, str]
    ) -> list[DifferenceRecord]:
        """Return differences; see :func:`mechanist.assess.sample_scores.compare_samples`."""
        _refuse_no_resamples(self.resamples)
        return compare_samples(
            first,
            second,
            units=units,
            level=self.level,
            permutations=self.resamples,
            seed=self.seed,
        )

    def curve_rows(self, scores: pd.DataFrame) -> pd.DataFrame:
        """Return all rows, with their load."""
        return scores.rename(columns={SUBSET: LOAD})

    def transfer_rows(self, scores: pd.DataFrame) -> pd.DataFrame:
        """Return all rows, with their load."""
        return self.curve_rows(scores)


SCORERS: Final[Mapping[str, type[Scorer]]] = {OBJECTS: WithinScorer, SAMPLES: SampleScorer}


def make_scorer(
    *,
    subject: str,
    level: float,
    resamples: int = 0,
    seed: int = 0,
    top_fractions: Sequence[float] = (),
    groups: Mapping[str, str] | None = None,
) -> Scorer:
    """Return the scorer of a study.

    Parameters
    ----------
    subject : {"objects", "samples"}
        What a row of the study describes.
    level, resamples, seed, top_fractions, groups
        As in :class:`Scorer`.

    Raises
    ------
    ValueError
        If the subject is unknown, or scores within samples have no number of resamples.
    """
    if subject not in SCORERS:
        raise ValueError(f"subject {subject!r} is unknown; expected one of {sorted(SCORERS)}")
    if subject == OBJECTS:
        _refuse_no_resamples(resamples)
    return SCORERS[subject](
        level=level,
        resamples=resamples,
        seed=seed,
        top_fractions=top_fractions,
        groups=groups or {},
    )


def _refuse_no_resamples(resamples: int) -> None:
    if resamples < 1:
        raise ValueError(
            f"resamples = {resamples}; expected a positive number (`learning/resamples`)"
        )
