"""Block ``crystal``: laws of slip from the fields of polycrystals."""

from pydantic import Field

from mechanist.settings.models.block import Block, Count, Labels, Levels, Name, Positive


class SlipLawGoals(Block):
    """Largest errors that the figure shows as lines, in percent."""

    exponent: Positive = Field(description="Of the exponent and of slopes.")
    resistance: Positive = Field(description="Of initial resistance and saturation.")
    curve: Positive = Field(description="Of the stress of a held-out cell.")


class SlipLaws(Block):
    """Flow law and hardening law of slip systems, found from the fields of a system."""

    system: Name = Field(
        description="System of `crystal/systems` with `keep_slip: true` and `substeps: 1`; figures of"
        " polycrystals leave it out."
    )
    threshold: Positive = Field(description="Slip rate above which a slip system flows, 1/s.")
    noises: Levels = Field(description="Relative noise of every field, from 0 to 0.2.")
    resamples: Count = Field(description="Number of bootstrap samples of the microstructures.")
    points: Count = Field(description="Number of slip systems that the figure shows.")
    realisations: Count = Field(
        description="Number of draws of each noise; scores have intervals over them."
    )
    goals: SlipLawGoals = Field(description="Errors that count as small, %.")
    models: Labels = Field(
        description="Ways to find a law: `measured`, `measured_naive` and `measured_null` read the"
        " resistance, `hidden`, `hidden_naive` and `hidden_null` do not, and `mean_curve` finds none."
    )
