"""Block ``equations/elastic``: elastic energies of rubbers from measured curves."""

from typing import Annotated, Literal

from pydantic import Field

from mechanist.settings.models.block import (
    Block,
    Count,
    Labels,
    Levels,
    Name,
    NonNegative,
    Positive,
)

#: Kinds of tests, as in mechanics/rubber_tests.py.
TestKind = Literal["uniaxial", "equibiaxial", "pure_shear", "simple_shear"]


class ElasticColumns(Block):
    """Names of the columns of the tables."""

    stretch: str = Field(
        default="stretch",
        description="Stretch of the pulled direction; in simple shear, the amount of shear.",
    )
    stress: str = Field(default="stress", description="Stress.")


class ElasticError(Block):
    """Standard error of a measured stress: the sum of a relative and an absolute part."""

    relative: NonNegative = Field(default=0.03, description="Relative to the stress itself.")
    floor: Positive = Field(
        default=0.01, description="Relative to the largest stress of the material."
    )


class ElasticMaterial(Block):
    """An incompressible isotropic solid in at least two kinds of homogeneous tests."""

    label: str = Field(description="Name in figures and tables.")
    tests: Annotated[dict[TestKind, str], Field(min_length=2)] = Field(
        description="CSV table of each kind of test. Pure shear is also called planar tension."
    )
    columns: ElasticColumns = Field(
        default=ElasticColumns(), description="Names of the columns of the tables."
    )
    stress: Literal["nominal", "cauchy"] = Field(
        default="nominal",
        description="Whether the stress is the force per undeformed (nominal) or deformed (Cauchy)"
        " area.",
    )
    unit: str = Field(description="Unit of the stress.")
    missing: list[float] = Field(
        default=[],
        description="Numbers that stand for missing values, such as `[-999]`; lines that hold one are"
        " left out.",
    )
    not_missing: list[float] = Field(
        default=[],
        description="Numbers that are values although they look like codes for missing ones.",
    )
    error: ElasticError = Field(
        default=ElasticError(), description="Assumed standard error of each measured stress."
    )


class ElasticRecovery(Block):
    """Curves of known energies, from which the energy is to be found again."""

    levels: Levels = Field(description="Noise relative to each exact stress.")
    seeds: Count = Field(description="Number of realisations of the noise at each level.")


class Elastic(Block):
    """Elastic energies of rubbers from measured curves."""

    materials: Annotated[dict[Name, ElasticMaterial], Field(min_length=1)] = Field(
        description="Materials, by name."
    )
    most_terms: Count = Field(description="Largest number of terms of an energy.")
    models: Labels = Field(
        description="How figures and tables call and colour the laws that are compared."
    )
    recovery: ElasticRecovery
