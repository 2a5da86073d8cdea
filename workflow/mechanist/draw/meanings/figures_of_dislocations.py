"""Meanings of columns of figures of dislocations, where they differ from the general ones."""

from typing import Final

from mechanist.formats.described_columns import COUNT, PURE, SHARE, Column, text
from mechanist.formats.meanings.of_dislocations import ACCURACY, CONFUSION
from mechanist.formats.meanings.of_scores import ROW_UNIT

#: By name of the script, without ``figure_``.
FIGURES: Final = {
    "bursts": {
        "curve": Column(PURE, "Number of the sample, from 0.", COUNT),
        "strain": Column(PURE, "Plastic strain, or, for bursts, its jump in the burst.", ">= 0"),
        "stress": Column("D/b", "Applied stress."),
        "branch": text("State before loading: undeformed, or prestrained by an earlier load."),
        "mean": Column("D/b", "Mean stress of the samples at the strain."),
        "low": Column("D/b", "Lower end of the stresses of the stated share of samples."),
        "high": Column("D/b", "Upper end of the stresses of the stated share of samples."),
        "level": Column(PURE, "Share of samples between low and high.", SHARE),
        "share": Column(PURE, "Share of bursts that are at least as large.", SHARE),
    },
    "configuration": {
        "what": text(
            "What the row shows: a dislocation, called particle, or the stress at a point."
        ),
        "value": Column(
            ROW_UNIT, "Sign of the dislocation, or internal shear stress at the point."
        ),
    },
    "confusion": {
        **CONFUSION,
        "sign": Column(PURE, "Sign of the dislocation; 0 is a pin.", "whole numbers -1 to 1"),
        "order": text("Quantity that shows the transition: creep exponent, strain or held share."),
        "density": Column("1/b^2", "Number of pins per area.", ">= 0"),
        "value": Column(ROW_UNIT, "Mean of that quantity over the samples at the density."),
        "low": Column(ROW_UNIT, "Lower end of the interval of the value or of the accuracy."),
        "high": Column(ROW_UNIT, "Upper end of the interval of the value or of the accuracy."),
    },
    "microstructures": {
        **ACCURACY,
        "class": text("True class of the microstructure."),
        "predicted": text("Class that was predicted."),
        "share": Column(PURE, "Share of the samples of the true class.", SHARE),
    },
    "parity": {
        "rank": Column(
            PURE, "Rank of the size of the error, 1 for the largest.", "whole numbers >= 1"
        ),
        "residual": Column(PURE, "Predicted value less the true one."),
        "truth": Column("D/b", "Simulated stress."),
        "prediction": Column("D/b", "Predicted stress."),
    },
    "pileup": {
        "dislocation": Column(PURE, "Number of the dislocation along the line, from 0.", COUNT),
        "x": Column("b", "Position along the line, wrapped into the period."),
        "stress": Column("1e-3 D/b", "Applied stress."),
        "strain": Column(PURE, "Mean displacement over the mean spacing.", ">= 0"),
        "force": Column("1e-3 D/b", "Pinning force at the position."),
        "truth": Column("1e-3 D/b", "Simulated stress."),
        "prediction": Column("1e-3 D/b", "Predicted stress."),
    },
    "strain": {"branch": text("State before loading: undeformed, or prestrained.")},
    "predicted": {
        "what": text("What the row shows: a dislocation, the stress at a point, or a curve."),
        "value": Column(ROW_UNIT, "Sign of the dislocation, internal stress, or predicted stress."),
    },
}
