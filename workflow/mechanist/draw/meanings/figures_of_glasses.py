"""Meanings of columns of figures of glasses, where they differ from the general ones."""

from typing import Final

from mechanist.formats.described_columns import (
    COUNT,
    NOT_NEGATIVE,
    POSITIVE,
    PURE,
    SHARE,
    Column,
    text,
)
from mechanist.formats.meanings.of_scores import ROW_UNIT

_PARTICLES: Final = Column(PURE, "Number of particles in the cell of the plane.", COUNT)

#: By name of the script, without ``figure_``.
FIGURES: Final = {
    "angular": {
        "function": text("Name of the angular structure function that separates the classes best."),
        "label": Column(PURE, "Class of the particles: 1 is plastic, 0 is rigid.", SHARE),
        "strain": Column(PURE, "Equivalent shear strain at which the classes are defined.", "> 0"),
        "left": Column(PURE, "Lower end of the bin of values of the function."),
        "right": Column(PURE, "Upper end of the bin of values of the function."),
        "density": Column(
            PURE, "Share of particles in the bin, per width of the bin.", NOT_NEGATIVE
        ),
        "centre": text("Species of the particle that is described."),
        "pair": text("Species of the two neighbours."),
        "separation": Column(
            "standard deviations", "Mean of the plastic particles less that of the rigid ones."
        ),
    },
    "glass": {
        "diameter": Column("length of the system", "Drawn diameter of the particle.", POSITIVE),
        "value": Column(PURE, "Value that colours the particle: the target, by its strain."),
    },
    "parity": {
        "x": Column(PURE, "Simulated value of the target: lower end of the cell of the plane."),
        "y": Column(PURE, "Predicted value of the target: lower end of the cell of the plane."),
        "dx": Column(PURE, "Width of the cell along x.", POSITIVE),
        "dy": Column(PURE, "Width of the cell along y.", POSITIVE),
        "count": _PARTICLES,
    },
    "indicator": {
        "x": Column(PURE, "Value of the indicator: end of the cell, or place of the median."),
        "y": Column(PURE, "Value of the target: end of the cell, or its median there."),
        "dx": Column(PURE, "Width of the cell along x; empty for the median.", POSITIVE),
        "dy": Column(PURE, "Width of the cell along y; empty for the median.", POSITIVE),
        "count": _PARTICLES,
        "indicator": text("Descriptor to which the indicator belongs."),
    },
    "response": {
        "drop": Column(PURE, "Fall of the stress since the last step; 0 if it rose.", NOT_NEGATIVE)
    },
    "definition": {
        "plastic": Column(
            PURE, "Share of particles with the most motion that count as plastic.", SHARE
        ),
        "rigid": Column(
            PURE, "Share of particles with the least motion that count as rigid.", SHARE
        ),
        "top": Column(PURE, "Share of particles in the class of the highest values.", SHARE),
        "bottom": Column(PURE, "Share of particles in the class of the lowest values.", SHARE),
    },
    "thesis": {
        "role": text("What the hybrid is compared with: data alone, or mechanism alone."),
        "second": text("The best model of that role, whose score is subtracted."),
        "value": Column(ROW_UNIT, "Gain: score of the hybrid less that of the second model."),
        "gain": Column(ROW_UNIT, "The same gain within one sample."),
    },
    "unseen": {
        "value": Column(ROW_UNIT, "Value of the metric; empty if the prediction was refused."),
        "reason": text("Why the model refused the glasses; empty if it did not."),
    },
    "predicted": {"value": Column(ROW_UNIT, "Predicted value that colours the particle.")},
}
