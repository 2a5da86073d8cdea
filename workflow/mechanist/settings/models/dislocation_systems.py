"""Block ``dislocation``: simulated systems of gliding dislocations, and configurations of the user."""

from typing import Annotated, Literal

from pydantic import Field

from mechanist.settings.models.block import (
    WHOLE,
    Block,
    Count,
    Models,
    Names,
    NonNegative,
    Nullable,
    Paths,
    Positive,
    Several,
    Strain,
    Strains,
)


class Integration(Block):
    """Integration of the equations of motion."""

    tolerance: Positive | None = Field(
        default=None, description="Allowed error of a position in one step, in b."
    )
    relative_tolerance: Positive | None = Field(
        default=None,
        description="The same in units of the distance to the nearest dislocation; the smaller one"
        " applies.",
    )
    annihilation: NonNegative | None = Field(
        default=None,
        description="Distance in b below which dislocations of opposite sign annihilate; zero for"
        " never.",
    )
    max_steps: Count | None = Field(
        default=None, description="Number of steps at which a relaxation or loading fails."
    )


class Loading(Block):
    """How the stress is applied; each kind reads its own keys."""

    kind: Literal["ramp", "spring", "creep"] = Field(
        description="Quasistatic loading, in which the stress is held during bursts (`ramp`); strain"
        " control through a spring (`spring`); or constant stress (`creep`)."
    )
    rate: Positive | None = Field(
        default=None,
        description="Stress rate of a ramp, in D/b per unit of time, or imposed strain rate of a spring.",
    )
    speed: Positive | None = Field(
        default=None, description="Mean absolute velocity above which the stress of a ramp is held."
    )
    stiffness: Positive | None = Field(default=None, description="Stiffness of a spring, in D/b.")
    stress_step: Positive | None = Field(
        default=None, description="Largest stress increase in one time step, in D/b."
    )
    strain: Strain | None = Field(
        default=None, description="Plastic strain at which loading ends; 0.2 by default."
    )
    max_stress: Positive | None = Field(
        default=None, description="Stress above which loading fails, in D/b."
    )
    stress: Positive | None = Field(default=None, description="Constant stress of creep, in D/b.")
    first: Positive | None = Field(
        default=None, description="First time at which creep is stored, in b^2/D."
    )
    last: Positive | None = Field(default=None, description="Time at which creep ends, in b^2/D.")
    frames: Several | None = Field(default=None, description="Number of stored states of creep.")


class Pinning(Block):
    """Immobile obstacles."""

    density: NonNegative | Annotated[list[NonNegative], Field(min_length=1)] = Field(
        description="Obstacles per b^2; of a list, sample k has entry k modulo its length."
    )
    strength: float = Field(
        description="Depth of an obstacle, in D b per b of line; negative if it repels."
    )
    radius: Positive = Field(description="Reach of an obstacle, in b.")


class ImportedSystem(Block):
    """How configurations of the user are relaxed and loaded."""

    density: Positive = Field(description="Dislocations per b^2.")
    rest: Positive | None = Field(
        default=None,
        description="Mean absolute velocity below which a state is relaxed, in b per unit of time.",
    )
    prestrain: Annotated[Strain | None, Nullable()] = Field(
        default=None,
        description="Strain of a first loading before a second loading branch; null for no second"
        " branch.",
    )
    frames: list[Strain] | None = Field(
        default=None, description="Strains at which states are stored."
    )
    integration: Integration | None = None
    loading: Loading | None = Field(default=None, description="How the stress is applied.")


class DislocationImport(Block):
    """External configurations of dislocations, to relax and load."""

    path: Paths = Field(description="One text file, or several, with a line `x y b` each.")
    system: ImportedSystem = Field(description="How they are relaxed and loaded.")


class DislocationSystem(Block):
    """A system: samples that differ only in the random positions of their dislocations."""

    dislocations: Annotated[int, Field(ge=2, multiple_of=2), WHOLE] = Field(
        description="Number of dislocations at random positions before relaxation, half of each"
        " sign."
    )
    samples: Count = Field(description="Number of samples.")
    batch: Count = Field(description="Number of samples per job and file.")
    density: Positive | None = Field(
        default=None, description="Dislocations per b^2 before relaxation."
    )
    rest: Positive | None = Field(
        default=None,
        description="Mean absolute velocity below which a state is relaxed, in b per unit of time.",
    )
    prestrain: Annotated[Strain | None, Nullable()] = Field(
        default=None,
        description="Strain of a first loading before a second loading branch; null for no second"
        " branch.",
    )
    frames: list[Strain] | None = Field(
        default=None, description="Strains at which states are stored."
    )
    integration: Integration | None = Field(
        default=None, description="Integration of the equations of motion."
    )
    loading: Loading | None = Field(default=None, description="How the stress is applied.")
    pinning: Pinning | None = None


class PileupProtocol(Block):
    """How a pileup is made and pushed; every key has a default."""

    dislocations: Several | None = Field(default=None, description="Number of dislocations.")
    spacing: Positive | None = Field(default=None, description="Mean spacing, in b.")
    correlation: Positive | None = Field(
        default=None,
        description="Distance between nodes of the landscape in b, about its correlation length.",
    )
    strength: Positive | None = Field(
        default=None,
        description="Root mean square pinning force, in units of the force 1/spacing between"
        " neighbours.",
    )
    stress_step: Positive | None = Field(
        default=None, description="Largest step of the ramp, as a fraction of the pinning force."
    )
    finest_step: Positive | None = Field(
        default=None, description="Smallest step of the ramp, as a fraction of the pinning force."
    )
    jump: Positive | None = Field(
        default=None, description="Strain in a step above which a finer step is taken."
    )
    tolerance: Positive | None = Field(
        default=None,
        description="Largest net force in equilibrium, as a fraction of the pinning force.",
    )


class Pileup(Block):
    """A pileup in a random landscape, pushed until it flows (Sarvilahti 2020)."""

    samples: Count = Field(description="Number of samples.")
    batch: Count = Field(description="Number of samples per job and file.")
    strains: Strains = Field(
        description="Strains at which the stress is predicted: mean displacement over mean spacing."
    )
    other_targets: Names = Field(description="Further quantities that models predict.")
    models: Models = Field(description="Models of pileups.")
    protocol: PileupProtocol | None = None
