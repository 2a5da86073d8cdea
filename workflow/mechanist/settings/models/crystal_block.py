"""Block ``crystal``: polycrystals, interactions of slip systems, surrogates of rotation."""

from pydantic import Field

from mechanist.settings.models.block import Block, Name, Positive
from mechanist.settings.models.crystal_imports import CrystalImport, CrystalLines
from mechanist.settings.models.crystal_predictions import CrystalPrediction
from mechanist.settings.models.crystal_systems import CrystalMaterial, CrystalSystem
from mechanist.settings.models.interactions import Interactions
from mechanist.settings.models.slip_law_settings import SlipLaws
from mechanist.settings.models.surrogate_settings import Surrogate


class Poles(Block):
    """Pole figures of a system."""

    system: Name = Field(description="System whose pole figures are drawn.")
    half_width: Positive = Field(
        description="Half-width of the kernel of the pole density, in degrees."
    )


class CrystalFigures(Block):
    """What figures of crystals show."""

    poles: Poles | None = None


class CrystalBlock(Block):
    """Crystal plasticity: polycrystals, interactions of slip systems, a recurrent surrogate."""

    materials: dict[Name, CrystalMaterial] | None = Field(
        default=None, description="Crystals and their hardening laws, by name."
    )
    systems: dict[Name, CrystalSystem] | None = Field(
        default=None,
        description="Systems: sets of polycrystals that differ only in their random"
        " microstructure.",
    )
    imports: dict[Name, CrystalImport] = Field(
        default={},
        description="External simulations or measurements of crystals, to convert into run files:"
        " `snakemake crystal_imports`.",
    )
    lines: dict[Name, CrystalLines] = Field(
        default={},
        description="Networks of discrete dislocation dynamics, to convert into densities and"
        " fields.",
    )
    predictions: dict[Name, dict[Name, CrystalPrediction]] = Field(
        default={},
        description="Polycrystals that nobody has loaded, by the system whose kept surrogates predict"
        " them; rows of `own_data/predict` are added.",
    )
    interactions: Interactions | None = None
    slip_laws: SlipLaws | None = None
    surrogate: Surrogate | None = None
    figures: CrystalFigures | None = Field(default=None, description="What figures show.")
