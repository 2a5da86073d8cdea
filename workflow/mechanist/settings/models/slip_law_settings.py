"""Block ``crystal``: laws of slip from the fields of polycrystals."""

from pydantic import Field

from mechanist.settings.models.block import Block, Count, Levels, Name, Positive


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
