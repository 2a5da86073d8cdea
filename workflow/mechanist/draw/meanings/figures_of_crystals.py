"""Meanings of columns of figures of crystals, where they differ from the general ones."""

from typing import Final

from mechanist.formats.described_columns import COUNT, NOT_NEGATIVE, PURE, Column, text
from mechanist.formats.meanings.of_crystals import (
    FLOW,
    LASSO,
    PARAMETERS,
    SLIP_LAWS,
    SLIP_POINTS,
    STRAIN,
    TENSOR,
)
from mechanist.formats.meanings.of_scores import ROW_UNIT

_ROW: Final = Column(PURE, "Number of the row of voxels in the slice, from 0.", COUNT)
_COLUMN: Final = Column(PURE, "Number of the column of voxels in the slice, from 0.", COUNT)
_GRAIN: Final = Column(PURE, "Number of the grain of the voxel, from 0.", COUNT)
_TURNED: Final = Column(
    "degrees", "Angle by which the lattice of the voxel has turned.", "0 to 180"
)
_SLICE: Final = {"row": _ROW, "column": _COLUMN, "grain": _GRAIN, "rotation": _TURNED}

#: By name of the script, without ``figure_``.
FIGURES: Final = {
    "coefficients": {
        "states": Column(PURE, "Number of states from which the law was identified.", COUNT),
        "value": Column(ROW_UNIT, "Error of the tensor: geometric mean over repetitions."),
        "n": Column(PURE, "Number of repetitions.", COUNT),
        "method": text("How the law was identified."),
        "tensor": TENSOR,
    },
    "curves": {
        "stress": Column("MPa", "Stress along the axis of tension."),
        "deviation": Column("MPa", "Standard deviation of the stress between samples.", ">= 0"),
        "status": text("Whether the simulation of the sample ended well."),
        "strain": STRAIN,
    },
    "feedback": {
        "law": text("Law in the simulation: truth, or how it was identified."),
        "specimen": text("Which crystal was loaded."),
        "stress": Column("MPa", "Stress along the axis of tension."),
        "strain": STRAIN,
        "error_percent": Column(
            "%", "Difference of the curve from that with the true law, over its size.", ">= 0"
        ),
    },
    "fields": {
        **_SLICE,
        "von_mises": Column("MPa", "Von Mises stress of the voxel.", NOT_NEGATIVE),
    },
    "flow_law": {
        **{name: SLIP_LAWS[name] for name in ("noise", "method")},
        **SLIP_POINTS,
        "quantity": text("Number of the law, the worst latent slope, or the held-out curve."),
        "error_percent": Column("%", "Mean error over realisations of the noise.", NOT_NEGATIVE),
        "smallest": Column("%", "Smallest error of a realisation.", NOT_NEGATIVE),
        "largest": Column("%", "Largest error of a realisation.", NOT_NEGATIVE),
    },
    "nonlocal": {"value": Column(ROW_UNIT, "Error of the cell over the mean rotation.", ">= 0")},
    "orbits": {
        "i": Column(PURE, "Number of the first slip system of the pair, from 0.", COUNT),
        "j": Column(PURE, "Number of the second slip system of the pair, from 0.", COUNT),
        "value": text("Kind of interaction of the pair, or number of its coefficient."),
    },
    "poles": {
        "family": text("Family of crystal planes whose normals are shown."),
        "state": text("Whether before or after loading."),
        "x": Column(PURE, "Position in the equal-area projection along x.", "-1 to 1"),
        "y": Column(PURE, "Position in the equal-area projection along y.", "-1 to 1"),
        "density": Column(
            "multiples of random", "Density of poles over that of random orientations.", ">= 0"
        ),
    },
    "prediction": {
        "across": Column(PURE, "Number of the voxel across the slice, from 0.", COUNT),
        "up": Column(PURE, "Number of the voxel up the slice, from 0.", COUNT),
        "degrees": Column(
            "degrees",
            "Rotation, or misorientation of the prediction, as the panel says.",
            "0 to 180",
        ),
    },
    "sparsity": {**PARAMETERS, **LASSO, "block": LASSO["block"]},
    "transfer": {**{name: FLOW[name] for name in ("load", "truth", "prediction")}},
    "reference": {
        **_SLICE,
        **{
            f"{who}_von_mises": Column("MPa", f"Von Mises stress of the voxel by {whose}.", ">= 0")
            for who, whose in (("engine", "our engine"), ("reference", "the other program"))
        },
        "engine_rotation": Column("degrees", "Rotation of the voxel by our engine.", "0 to 180"),
        "reference_rotation": Column("degrees", "Rotation by the other program.", "0 to 180"),
        "apart": Column("degrees", "Angle between the orientations of both programs.", "0 to 180"),
        "difference": Column("degrees", "Mean angle between the orientations.", "0 to 180"),
        "stress": Column("MPa", "Mean stress along the axis of tension by our engine."),
        "reference_stress": Column("MPa", "The same by the other program."),
        "correlation": Column(PURE, "Correlation of the stress fields of both.", "-1 to 1"),
        "relative_rms": Column(
            PURE, "Root mean square difference of the stress fields over their size.", ">= 0"
        ),
        "strain": STRAIN,
    },
    "predicted": {
        **_SLICE,
        **{
            f"quantile_{q}": Column("degrees", f"Angle that {q} % of the voxels do not exceed.")
            for q in (10, 50, 90)
        },
    },
}
