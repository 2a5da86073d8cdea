"""Block ``equations``: equations discovered from data."""

from typing import Annotated, Literal

from pydantic import Field

from mechanist.settings.models.block import (
    Block,
    Count,
    Labels,
    Levels,
    Name,
    NonNegative,
    SomeNames,
    Unique,
)
from mechanist.settings.models.case_settings import EquationCase, FieldImport
from mechanist.settings.models.continuum_settings import ContinuumLaws
from mechanist.settings.models.elastic_settings import Elastic
from mechanist.settings.models.equation_studies import (
    Chaos,
    EquationFigures,
    ErrorBars,
    HardeningLaws,
    Rivals,
    Symmetry,
    Varying,
)
from mechanist.settings.models.latent_settings import LatentLaws
from mechanist.settings.models.law_predictions import LawPrediction


class EquationsBlock(Block):
    """Equations discovered from data.

    Noise levels are relative to the standard deviation of each field.
    """

    run: SomeNames = Field(description="Cases below whose equations are discovered.")
    models: Labels = Field(
        description="How the scoreboard calls and colours methods, ours and those of others."
    )
    rules: Annotated[
        list[Literal["auto", "penalised", "messenger_bortz", "oracle"]],
        Field(min_length=1),
        Unique(),
    ] = Field(
        description="Rules that select one of the candidate models; the oracle knows the truth."
    )
    levels: Levels = Field(
        description="Noise levels relative to the standard deviation of each field."
    )
    seeds: Count = Field(description="Number of realisations of the noise at each nonzero level.")
    derivative_seeds: Count = Field(
        description="The same for methods that differentiate the data, with which the weak form is"
        " compared."
    )
    written: NonNegative = Field(
        description="Noise level whose equations are written to file; one of the levels."
    )
    resamples: Count = Field(description="Number of resampled data sets for inclusion frequencies.")
    cases: dict[Name, EquationCase] = Field(description="Cases, by name.")
    imports: dict[Name, FieldImport] = Field(
        default={},
        description="External field data, by case; `cases` holds the library of each case.",
    )
    predictions: dict[Name, LawPrediction] = Field(
        default={},
        description="Initial states from which found laws are followed: `snakemake predict_equations`.",
    )
    rivals: Rivals
    chaos: Chaos
    error_bars: ErrorBars
    varying: Varying
    latent: LatentLaws
    continuum: ContinuumLaws
    figures: EquationFigures = Field(description="What figures show.")
    materials: HardeningLaws
    elastic: Elastic
    symmetry: Symmetry
