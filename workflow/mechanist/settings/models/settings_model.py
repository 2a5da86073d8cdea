"""The whole configuration: all blocks, and what stands beside them."""

from pydantic import Field

from mechanist.settings.models.attribution_block import AttributionBlock, EfficiencyBlock
from mechanist.settings.models.audit_block import AuditBlock
from mechanist.settings.models.block import Block, Natural
from mechanist.settings.models.crystal_block import CrystalBlock
from mechanist.settings.models.dislocation_block import DislocationBlock
from mechanist.settings.models.equations_block import EquationsBlock
from mechanist.settings.models.experiment_block import ExperimentBlock
from mechanist.settings.models.glass_block import GlassBlock
from mechanist.settings.models.learning_block import LearningBlock
from mechanist.settings.models.trust_block import TrustBlock


class Pathvars(Block):
    """Folders for the files of a size, so that sizes do not overwrite each other.

    An overlay of your own sets all three, as in `pathvars: {results: results/eight, logs: logs/eight,
    benchmarks: benchmarks/eight}`. Without them, an overlay that changes what the default run has gets
    folders that are named after its file.
    """

    results: str | None = Field(default=None, description="Folder of the results.")
    logs: str | None = Field(default=None, description="Folder of the logs.")
    benchmarks: str | None = Field(default=None, description="Folder of the benchmarks.")


class OwnData(Block):
    """Simulations of the user."""

    sheet: str | None = Field(
        default=None, description="Sheet with one row per simulation; empty for none."
    )
    predict: str | None = Field(
        default=None,
        description="Sheet with one row per sample to predict by a kept model; empty for none.",
    )


class Settings(Block):
    """All keys that config/*.yaml may contain."""

    seed: Natural = Field(description="Root seed of all random numbers.")
    pathvars: Pathvars | None = None
    own_data: OwnData | None = None
    glass: GlassBlock
    dislocation: DislocationBlock = Field(
        description="Discrete dislocations: the strength of whole samples."
    )
    equations: EquationsBlock = Field(description="Equations discovered from data.")
    crystal: CrystalBlock | None = Field(
        default=None,
        description="Polycrystals, interactions of slip systems, a surrogate of rotation.",
    )
    experiment: ExperimentBlock | None = Field(
        default=None,
        description="Pictures of particles, rendered from glasses and brought by the user.",
    )
    audit: AuditBlock | None = None
    trust: TrustBlock | None = None
    attribution: AttributionBlock | None = Field(
        default=None, description="Attribution of predictions to features."
    )
    efficiency: EfficiencyBlock | None = Field(
        default=None,
        description="Training samples needed for one score by descriptors with and without the"
        " symmetry of the problem.",
    )
    learning: LearningBlock
