"""A small descriptor of each subject: its file, and its line of configuration."""

from dataclasses import dataclass
from typing import Any

from mechanist.describe.descriptor import SubjectName

HEAD = '''"""A descriptor that a user adds."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mechanist.describe.descriptor import Card, Features, SubjectName
{imports}

@dataclass(frozen=True)
class Own{base}:
    card: ClassVar[Card] = Card(
        name="{kind}", reference="this file", units="1", symmetry="all", load_aware={aware},
        subject=SubjectName.{subject},{more}
    )
{body}

DESCRIPTOR = Own
'''


@dataclass(frozen=True)
class OwnDescriptor:
    """A descriptor that is not part of the library.

    Parameters
    ----------
    subject : SubjectName
    kind : str
        Name of its file.
    body : str
        What its class holds beside its card.
    overlay : dict
        The configuration that names it.
    audits : tuple of str
        Wing and kind of each card of the audit.
    scored : str
        Folder of results of the system on which its model is scored.
    imports, base, more : str
        Further imports, base class, and entries of the card.
    aware : bool
        Whether it reads the load.
    """

    subject: SubjectName
    kind: str
    body: str
    overlay: dict[str, Any]
    audits: tuple[str, ...]
    scored: str
    imports: str = ""
    base: str = ""
    more: str = ""
    aware: bool = False

    @property
    def source(self) -> str:
        """Text of the file."""
        return HEAD.format(**{**vars(self), "subject": self.subject.name})


def _model(name: str, /, **more: Any) -> dict[str, Any]:
    return {name: {"label": name, "role": "data", **more}}


OWN = (
    OwnDescriptor(
        SubjectName.PARTICLE,
        "own_particle",
        imports="from mechanist.mechanics.neighbours import find_neighbours\n",
        body="""    cutoff: float = 1.5

    def __call__(self, configuration, *, load=None, probe=None):
        near = find_neighbours(configuration, self.cutoff)
        weight = (1 - near.distances / self.cutoff) ** 2
        crowd = np.bincount(near.first, weight, len(configuration))
        return Features(crowd[:, None], ["crowding"])
""",
        overlay={
            "glass": {
                "descriptors": {"own_particle": {"kind": "own_particle"}},
                "models": _model("own_particle", estimator="ridge", features=["own_particle"]),
            }
        },
        audits=("glass/own_particle",),
        scored="glass/ka2d",
    ),
    OwnDescriptor(
        SubjectName.DISLOCATION_SAMPLE,
        "own_dislocations",
        body="""
    def __call__(self, configuration, *, load=None, probe=None):
        waves = np.exp(2j * np.pi * configuration.positions[:, :2] / configuration.cell[0, 0])
        power = np.abs(waves.sum(axis=0)) / max(len(configuration), 1)
        return Features(power[None], ["along", "across"])
""",
        overlay={
            "dislocation": {
                "descriptors": {"own_dislocations": {"kind": "own_dislocations"}},
                "models": _model(
                    "own_dislocations", estimator="ridge_gauss", features=["own_dislocations"]
                ),
            }
        },
        audits=("dislocation/own_dislocations",),
        scored="dislocation/n100",
    ),
    OwnDescriptor(
        SubjectName.CREEP_TRAJECTORY,
        "own_creep",
        body="""
    def __call__(self, states):
        return Features(np.array([[states[1].strain, states[-1].strain]]), ["first", "last"])
""",
        overlay={"dislocation": {"confusion": {"features": _model("own_creep")}}},
        audits=("creep/own_creep",),
        scored="dislocation/pinned",
    ),
    OwnDescriptor(
        SubjectName.PILEUP,
        "own_pileup",
        body="""
    def __call__(self, sample):
        landscape = sample.landscape - sample.landscape.mean()
        return Features(np.array([[landscape.std(), np.cbrt((landscape**3).mean())]]), ["a", "b"])
""",
        overlay={
            "dislocation": {
                "pileup": {
                    "models": _model("own_pileup", estimator="ridge", features=["own_pileup"])
                }
            }
        },
        audits=("pileup/own_pileup",),
        scored="dislocation/pileup",
    ),
    OwnDescriptor(
        SubjectName.DENSITY_FIELD,
        "own_field",
        more=' broken=("translation",),',
        body="""
    def __call__(self, fields):
        rho = fields["rho"] / fields["rho"].mean()
        return Features(np.array([[rho.std(), rho.max()]]), ["spread", "largest"])
""",
        overlay={"dislocation": {"microstructures": {"models": _model("own_field")}}},
        audits=("fields/lines_own_field", "fields/edges_own_field"),
        scored="dislocation/microstructures",
    ),
    OwnDescriptor(
        SubjectName.VOXEL,
        "own_voxel",
        imports="from mechanist.describe.shared.voxel_rows import VoxelRows\n",
        base="(VoxelRows)",
        aware=True,
        body="""    reads: ClassVar[tuple[str, ...]] = ("orientation",)
    central: ClassVar[tuple[str, ...]] = ("along",)

    def __call__(self, sample):
        return {"along:scalar": sample.fields["orientation:matrix"][..., 2, 2]}
""",
        overlay={
            "crystal": {
                "surrogate": {"models": _model("own_voxel", kind="ridge", descriptor="own_voxel")}
            }
        },
        audits=("crystal/own_voxel",),
        scored="crystal/surrogate",
    ),
)
