"""Meanings of columns of tables of experiments: pictures, tracks and what is measured on them."""

from typing import Final

from mechanist.formats.described_columns import (
    COUNT,
    NOT_NEGATIVE,
    POSITIVE,
    PURE,
    Column,
    logical,
    text,
)
from mechanist.formats.meanings.of_scores import ABOUT, ROW_UNIT, SCORE

#: Components of the strain in a plane, in order.
COMPONENTS: Final = ("xx", "yy", "xy")
#: What is seen, by which camera, and who looks.
CONDITION: Final = {
    "renderer": text("How particles look in the rendered pictures."),
    "detector": text("Method that finds the particles."),
    "sweep": text("What differs from the usual camera; empty for nothing."),
    "setting": Column("given in column 'setting_unit'", "Value of what differs."),
}
#: Scores of one sample, beside those that are computed.
RENDERED: Final = {
    "sample": text("Name of the glass."),
    "units": text("Unit system of the glass."),
    **CONDITION,
    "null": logical("Whether the scores are those of shuffled particles, without information."),
}
#: Scores over samples.
DETECTION: Final = {
    **CONDITION,
    **SCORE,
    "setting_unit": text("Unit of the setting."),
    "metric": text("Name of the score."),
    "subset": text("Which particles are scored."),
    "unit": text("Unit of the numbers of this row."),
    "null": Column(ROW_UNIT, "Value of the metric for shuffled particles."),
    "description": text("What the score says."),
}
#: Pair forces that are learnt from places at rest.
FORCES: Final = {
    "error": Column("length", "Standard error of a coordinate of the places.", NOT_NEGATIVE),
    "pair": text("Species of the pair."),
    "distance": Column("length", "Distance of the pair.", POSITIVE),
    "learnt": Column(
        "energy/length",
        "Learnt force, positive for repulsion, times the one factor that brings all forces nearest to the true"
        " ones: places at rest tell no unit of energy.",
    ),
    "low": Column("energy/length", "Lower end of the interval of the learnt force, over glasses."),
    "high": Column("energy/length", "Upper end of that interval."),
    "truth": Column("energy/length", "True force."),
    "subset": ABOUT["subset"],
    **{name: SCORE[name] for name in ("level", "n_samples")},
}
#: Scores of such forces.
FORCE_SCORES: Final = {
    "error": FORCES["error"],
    "metric": text(
        "force_misfit: root mean square difference of learnt and true forces over that of the true ones,"
        " at equally spaced distances from where forces are learnt to their reach. imbalance: root mean"
        " square force over that of the stiffness, the displacement that would make the forces that are left."
    ),
    **{name: ABOUT[name] for name in ("subset", "unit")},
    **{name: SCORE[name] for name in ("value", "low", "high", "level", "n_samples")},
    "determined": logical(
        "Whether the particles determine one potential: the square of its imbalance is the square of the"
        " error, up to a tenth of the distance to that of the second best potential."
    ),
}
#: Scores of models on degraded views.
LADDER: Final = {
    "degradation": text(
        "What is wrong with the view: noise, missed, species (mistaken), window (edges) or none."
    ),
    "setting": Column(
        "length for noise and window, else 1",
        "Error of a coordinate, part of the particles, or side of the window.",
    ),
    **{name: ABOUT[name] for name in ("model", "label", "role", "metric", "subset", "unit")},
    "training": text("Views that the model was trained on: the same as tested, or clean ones."),
    **{name: SCORE[name] for name in ("value", "low", "high", "level", "n_samples")},
    "change": Column(ROW_UNIT, "Value less that of the same model on clean views."),
    "change_low": Column(ROW_UNIT, "Lower end of the interval of the change."),
    "change_high": Column(ROW_UNIT, "Upper end of the interval of the change."),
}

#: Scores of mechanics that starts from rendered pictures.
TWIN: Final = {
    "method": text(
        "What is judged: the truth, a twin of the picture with repaired species, controls without repair"
        " or without relaxation, springs, or past motion as it was and as pictures show it."
    ),
    "snr": Column(PURE, "Contrast of a particle over the noise of the picture.", NOT_NEGATIVE),
    "target": text(
        "Motion that is predicted: from_rest, or later, after the past interval of strain; empty for"
        " scores of places, species and stability."
    ),
    **{name: ABOUT[name] for name in ("metric", "subset", "unit")},
    **{name: SCORE[name] for name in ("value", "low", "high", "level", "n_samples")},
    "change": Column(ROW_UNIT, "Value less that of the true particles of the same pictures."),
    "change_low": Column(ROW_UNIT, "Lower end of the interval of the change."),
    "change_high": Column(ROW_UNIT, "Upper end of the interval of the change."),
    "description": text("What the score says."),
}

#: Scores of simulations that start from a few sections.
SECTIONED: Final = {
    "method": text(
        "What the simulation starts from: sections, one section taken for columnar grains (columnar), a random"
        " cell with as many grains in the same orientations (voronoi), or the mean of other cells (dummy)."
    ),
    "known": Column(PURE, "Number of sections that are known; 0 for none.", COUNT),
    "rule": text("How layers between known sections are filled; empty where there are none."),
    "axis": text("Loading axis; sections are normal to z. Empty before the load."),
    **{name: ABOUT[name] for name in ("metric", "subset", "unit")},
    **{name: SCORE[name] for name in ("value", "low", "high", "level", "n_samples")},
    "change": Column(ROW_UNIT, "Value less that of columnar grains of the same microstructures."),
    "change_low": Column(ROW_UNIT, "Lower end of the interval of the change."),
    "change_high": Column(ROW_UNIT, "Upper end of the interval of the change."),
    "description": text("What the score says."),
}

#: Scores of heat maps over pictures.
HEAT_MAPS: Final = {
    "noise": Column(
        "length", "Error of a coordinate with which particles are drawn.", NOT_NEGATIVE
    ),
    "map": text(
        "Kind of the map; untrained_ marks a network with the weights that training starts from."
    ),
    **{name: ABOUT[name] for name in ("label", "role", "metric", "subset", "unit")},
    **{name: SCORE[name] for name in ("value", "low", "high", "level", "n_samples")},
    "change": Column(ROW_UNIT, "Value less that of smoothed brightness of the same pictures."),
    "change_low": Column(ROW_UNIT, "Lower end of the interval of the change."),
    "change_high": Column(ROW_UNIT, "Upper end of the interval of the change."),
}

#: What is found on one series of pictures or tracks.
FOUND: Final = {
    "quantity": text("Name of what is measured."),
    "subset": text("Particles or frames on which it is measured."),
    "value": Column(ROW_UNIT, "Measured value; empty if the series is too short or too small."),
    "low": Column(ROW_UNIT, "Lower end of the interval over blocks; empty for counts."),
    "high": Column(ROW_UNIT, "Upper end of the interval over blocks; empty for counts."),
    "level": SCORE["level"],
    "blocks": Column(PURE, "Number of blocks behind the interval.", COUNT),
    "null": Column(ROW_UNIT, "The same where there is nothing to find; empty if there is no null."),
    "unit": text("Unit of the numbers of this row."),
    "description": text("What the value says, and what its null is."),
}
#: Change of the density of particles in a step, and what the flux predicts for it.
BALANCE: Final = {
    "subset": text("Particles that count: all, or those that are in all frames."),
    "change": Column("1/area of the series", "Change of the density from a frame to the next."),
    "predicted": Column("1/area of the series", "What the flux half way between them predicts."),
}


def motion(unit: str) -> dict[str, Column]:
    """Return the meanings of the columns of motion between two frames.

    Parameters
    ----------
    unit : str
        Unit of length of the pictures or tracks.
    """
    return {
        "frame": Column(PURE, "Number of the earlier frame.", COUNT),
        "frame_2": Column(PURE, "Number of the later frame.", COUNT),
        "particle": Column(PURE, "Number of the track.", COUNT),
        "x": Column(unit, "Position along x in the earlier frame."),
        "y": Column(unit, "Position along y in the earlier frame."),
        "species": text("Species of the particle; empty if it is not known."),
        "edge_distance": Column(unit, "Distance from the edge of the view.", NOT_NEGATIVE),
        "censored": logical("Whether neighbours of the particle may lie beyond the edge."),
        "d2min": Column(f"{unit}^2", "D2min per neighbour.", NOT_NEGATIVE),
        "d2min_above_floor": Column(
            f"{unit}^2", "D2min per neighbour, less what errors of the coordinates add to it."
        ),
    }


def strain(unit: str, time_unit: str) -> dict[str, Column]:
    """Return the meanings of the columns of the strain of maps of displacements.

    Parameters
    ----------
    unit, time_unit : str
        Units of length and of the times; the second may be empty.
    """
    meanings = {
        "frame": Column(PURE, "Number of the frame, from 0.", COUNT),
        "time": Column(time_unit or "not stated", "Time or strain of the frame, or its number."),
        "x": Column(unit, "Place along x in the reference state."),
        "y": Column(unit, "Place along y in the reference state."),
        "u": Column(
            unit, "Displacement along x; at points that failed, that of the map fitted around them."
        ),
        "v": Column(
            unit, "Displacement along y; at points that failed, that of the map fitted around them."
        ),
        "failed": logical("Whether the correlation failed at the point."),
    }
    for component in COMPONENTS:
        meanings[f"strain_{component}"] = Column(
            PURE,
            f"Component {component} of the Green-Lagrange strain; empty if too few points are known.",
        )
        meanings[f"noise_{component}"] = Column(
            PURE, f"Standard error of strain_{component} by noise alone.", NOT_NEGATIVE
        )
        meanings[f"error_{component}"] = Column(
            PURE,
            f"Standard error of strain_{component}, with what the window loses where strain changes in it.",
            NOT_NEGATIVE,
        )
    return meanings | {
        "density": Column(PURE, "Area in the reference state over that in the frame.", POSITIVE),
        "d2min": Column(f"{unit}^2", "D2min per neighbour in the window.", NOT_NEGATIVE),
        "d2min_above_floor": Column(
            f"{unit}^2", "D2min per neighbour, less what noise adds to it."
        ),
        "neighbours": Column(PURE, "Points in the window that the strain is fitted to.", COUNT),
    }
