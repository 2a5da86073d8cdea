"""Meanings of columns of tables about crystals and polycrystals."""

from typing import Final

from mechanist.formats.described_columns import (
    COUNT,
    FROM_ONE,
    NOT_NEGATIVE,
    PERCENT,
    PURE,
    SHARE,
    Column,
    logical,
    text,
)
from mechanist.formats.meanings.of_scores import ROW_UNIT
from mechanist.formats.shared_columns import KEY_COLUMNS, TARGET

STRAIN: Final = Column(PURE, "Strain along the axis of tension.", NOT_NEGATIVE)
TENSOR: Final = text("Part of the law: H for strength, K for growth, or recovery.")
#: Flow stresses of whole cells.
FLOW: Final = {
    **KEY_COLUMNS,
    "load": text("Name of the system, whose cells are loaded in tension."),
    "target": TARGET,
    "truth": Column("MPa", "Stress of the simulated cell."),
    "prediction": Column("MPa", "Predicted stress."),
    "model": text("Name of the model."),
}
#: Errors of rotations of whole cells.
ROTATION_ERRORS: Final = {
    "sample": KEY_COLUMNS["sample"],
    "system": text("Name of the system of the cell."),
    "strain": STRAIN,
    "misorientation": Column(
        "degrees", "Angle between predicted and true orientation, mean over voxels.", "0 to 180"
    ),
    "rotation": Column(
        "degrees", "Angle by which the lattice turns, mean over voxels.", "0 to 180"
    ),
    "voxels": Column(PURE, "Number of voxels of the cell.", FROM_ONE),
    "model": text("Name of the model."),
}
#: Speed of surrogates.
SPEED: Final = {
    "system": text("Name of the system."),
    "voxels": Column(PURE, "Number of voxels of a cell.", FROM_ONE),
    "model": text("Name of the model."),
    "images": Column(PURE, "Number of symmetric images whose predictions are averaged.", FROM_ONE),
    "engine": Column("s", "CPU time of the simulation of one cell.", NOT_NEGATIVE),
    "preparation": Column("s", "CPU time of the mechanisms that the model reads.", NOT_NEGATIVE),
    "compilation": Column("s", "CPU time of compiling the model, once.", NOT_NEGATIVE),
    "prediction": Column("s", "CPU time of the prediction for one cell.", NOT_NEGATIVE),
    "speed_up": Column(
        PURE, "CPU time of the simulation over that of the prediction, without compiling.", "> 0"
    ),
    "speed_up_compiling": Column(PURE, "The same with compiling.", "> 0"),
}
#: Counts of coefficients of interaction laws.
PARAMETERS: Final = {
    "data": text("Name of the data set."),
    "systems": text("Name of the set of slip systems."),
    "method": text("How the law was identified."),
    "states": Column(PURE, "Number of states from which the law was identified.", FROM_ONE),
    "tensor": TENSOR,
    "entries": Column(PURE, "Number of entries of the tensor.", FROM_ONE),
    "orbits": Column(PURE, "Number of entries that symmetry leaves independent.", FROM_ONE),
    "kept_entries": Column(PURE, "Number of entries that are not zero.", COUNT),
    "kept_orbits": Column(PURE, "Number of independent entries that are not zero.", COUNT),
    "entry_percent": Column("%", "Share of entries that are not zero.", PERCENT),
    "orbit_percent": Column("%", "Share of independent entries that are not zero.", PERCENT),
    "unseen": Column(
        PURE, "Number of coefficients that no state excites; they are set to zero.", COUNT
    ),
    "true_entry_percent": Column(
        "%", "Share of entries of the true law that are not zero; missing if unknown.", PERCENT
    ),
    "true_orbit_percent": Column(
        "%",
        "Share of independent entries of the true law that are not zero; missing if unknown.",
        PERCENT,
    ),
    "error_percent": Column(
        "%", "Norm of the error of the tensor over the norm of the truth.", NOT_NEGATIVE
    ),
    "precision": Column(PURE, "Share of the entries found that are true.", SHARE),
    "recall": Column(PURE, "Share of the true entries that are found.", SHARE),
    "published_percent": Column("%", "Published share of entries that are not zero.", PERCENT),
}
#: Candidates on the way to a sparse law.
LASSO: Final = {
    "tensor": TENSOR,
    "block": Column(PURE, "Number of the block of equations that is solved at once.", COUNT),
    "penalty": Column(
        PURE, "Penalty on the sum of coefficients, over the smallest that leaves none.", SHARE
    ),
    "threshold": Column(
        PURE, "Size below which coefficients are dropped, relative to the largest.", NOT_NEGATIVE
    ),
    "n_terms": Column(PURE, "Number of coefficients that are not zero.", COUNT),
    "loss": Column(
        PURE, "Squared residual on held-out states over the squared left side.", NOT_NEGATIVE
    ),
    "error": Column(PURE, "Standard error of that loss over the folds.", NOT_NEGATIVE),
    "chosen": logical("Whether this candidate was chosen."),
}
#: States of slip systems; the number in a name is that of the slip system.
SLIP: Final = {
    "run": Column(PURE, "Number of the run; states of one run depend on each other.", COUNT),
    "rho": Column("1/m^2", "Dislocation density of the slip system.", NOT_NEGATIVE),
    "gamma_dot": Column("1/s", "Slip rate of the slip system."),
    "tau": Column("MPa", "Resolved shear stress on the slip system."),
    "d_rho": Column("1/(m^2 s)", "Growth rate of the dislocation density of the slip system."),
}
_NOISE: Final = Column(PURE, "Relative noise of every field that the law is found from.", SHARE)
#: Laws of slip that are found from fields.
SLIP_LAWS: Final = {
    "noise": _NOISE,
    "realisation": Column(PURE, "Number of the draw of that noise, from 0.", COUNT),
    "method": text(
        "How the law was found: measured, from resistances too, or hidden, without them; naive, not"
        " corrected for noise; null, with stresses dealt anew or slip histories of other voxels;"
        " mean_curve is the mean of the curves of the other cells."
    ),
    "quantity": text("Number of the law; slopes are named by the kind of pair of slip systems."),
    "unit": text("Unit of value, low, high and truth."),
    "value": Column(ROW_UNIT, "Value that was found."),
    "low": Column(ROW_UNIT, "Lower end of its interval over microstructures."),
    "high": Column(ROW_UNIT, "Upper end of its interval over microstructures."),
    "truth": Column(ROW_UNIT, "Value in the simulation; missing if there is none."),
    "error_percent": Column("%", "Difference from the truth over the truth.", NOT_NEGATIVE),
    "samples": Column(PURE, "Number of microstructures.", FROM_ONE),
}
#: Slip systems that flow.
SLIP_POINTS: Final = {
    "noise": _NOISE,
    "log_ratio": Column(PURE, "Natural logarithm of resolved stress over resistance."),
    "log_rate": Column(PURE, "Natural logarithm of the slip rate in 1/s."),
}
#: Curves of a held-out cell.
SLIP_CURVES: Final = {
    "law": text("Law in the simulation: truth, or the method that found it."),
    "noise": _NOISE,
    "strain": STRAIN,
    "stress": Column("MPa", "Stress along the axis of tension."),
}
