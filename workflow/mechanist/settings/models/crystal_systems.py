"""Block ``crystal``: materials and systems of polycrystals."""

from typing import Annotated, Literal

from pydantic import Field

from mechanist.settings.models.block import (
    Axis,
    Block,
    Count,
    Fraction,
    Name,
    NonNegative,
    Positive,
)

SlipSystems = Literal["fcc12", "bcc12", "bcc24", "bcc48", "hcp30", "hcp39"]
#: One value, or one for each family of slip systems.
ByFamily = NonNegative | dict[str, NonNegative]


class ElasticConstants(Block):
    """Elastic constants in MPa."""

    c11: float = Field(description="Elastic constant C11.")
    c12: float = Field(description="Elastic constant C12.")
    c13: float | None = Field(default=None, description="C13, for hexagonal crystals only.")
    c33: float | None = Field(default=None, description="C33, for hexagonal crystals only.")
    c44: float = Field(description="Elastic constant C44.")


class Flow(Block):
    """Slip rate as a power of the stress."""

    rate: Positive = Field(description="Slip rate in 1/s at a stress equal to the resistance.")
    exponent: Annotated[float, Field(ge=1)] = Field(description="Exponent of the stress.")


class VoceHardening(Block):
    """Slip resistances in MPa that saturate; values by family if families differ."""

    kind: Literal["voce"] = Field(description="Slip resistances that saturate.")
    tau0: ByFamily = Field(description="Initial resistance, in MPa; by family if families differ.")
    tau_sat: ByFamily = Field(description="Resistance at saturation, in MPa.")
    h0: ByFamily = Field(description="Initial hardening rate, in MPa.")
    a: NonNegative = Field(description="Exponent of the approach to saturation.")
    coplanar: NonNegative | None = Field(
        default=None, description="Hardening by coplanar systems, relative to self-hardening."
    )
    other: NonNegative | None = Field(
        default=None, description="Hardening by all other systems, relative to self-hardening."
    )


class DensityHardening(Block):
    """Hardening by dislocation densities on fcc12, in m and MPa."""

    kind: Literal["dislocation_density"] = Field(
        description="Hardening by dislocation densities on fcc12."
    )
    shear_modulus: Positive = Field(description="Shear modulus, in MPa.")
    burgers: Positive = Field(description="Magnitude of the Burgers vector, in m.")
    density: Positive = Field(description="Initial density of every slip system, in 1/m^2.")
    friction: NonNegative | None = Field(
        default=None, description="Resistance without dislocations, in MPa."
    )
    interaction: dict[str, NonNegative] = Field(
        description="Interaction coefficients: `self`, `coplanar`, `collinear`, `hirth`,"
        " `glissile` and `lomer`."
    )
    mean_free_path: Positive = Field(
        description="Mean free path of a dislocation divided by the mean spacing of the forest."
    )
    capture: NonNegative = Field(description="Annihilation distance of dislocations, in m.")


class CrystalMaterial(Block):
    """A crystal and its hardening law."""

    systems: SlipSystems = Field(description="Table of slip systems.")
    c_over_a: Positive | None = Field(
        default=None, description="Ratio of lattice parameters of a hexagonal crystal."
    )
    elastic: ElasticConstants = Field(
        description="Elastic constants in MPa; c13 and c33 for hexagonal crystals only."
    )
    flow: Flow = Field(
        description="Slip rate in 1/s at a stress equal to the resistance, and its exponent."
    )
    hardening: Annotated[VoceHardening | DensityHardening, Field(discriminator="kind")] = Field(
        description="Hardening law."
    )


class CrystalSystem(Block):
    """Polycrystals that differ only in their random microstructure."""

    material: Name = Field(description="Name of a material in `crystal/materials`.")
    grid: Count | Annotated[list[Count], Field(min_length=3, max_length=3)] = Field(
        description="Number of voxels along the edges; one number for a cube."
    )
    grains: Count = Field(description="Number of grains, at most half the number of voxels.")
    samples: Count = Field(description="Number of samples.")
    batch: Count = Field(description="Number of samples per job and file.")
    axis: Axis = Field(description="Loading axis; the lateral sides are free.")
    strain: Annotated[float, Field(ge=-1, le=1)] = Field(
        description="Final logarithmic strain, negative for compression."
    )
    frames: Count = Field(description="Number of stored states, at equal strain increments.")
    substeps: Count | None = Field(
        default=None, description="Number of steps between two stored states; 2 by default."
    )
    rate: Positive | None = Field(default=None, description="Strain rate, 1/s.")
    tolerance: Fraction | None = Field(
        default=None,
        description="Out-of-equilibrium stress divided by mean stress below which a step has"
        " converged.",
    )
    keep_slip: bool | None = Field(
        default=None,
        description="Whether files also hold the slip rate, resistance and resolved stress of every"
        " slip system, which laws are found from; false by default.",
    )
