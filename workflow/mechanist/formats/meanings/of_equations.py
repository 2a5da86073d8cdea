"""Meanings of columns of tables about equations that were found in data."""

from typing import Final

from mechanist.formats.described_columns import (
    COUNT,
    FROM_ONE,
    NOT_NEGATIVE,
    PURE,
    SHARE,
    Column,
    logical,
    text,
)

#: Unit of a number whose unit follows from those of the fields.
OF_DATA: Final = "of the data"
CASE: Final = text("Name of the data.")
NOISE: Final = Column(
    PURE, "Standard deviation of the noise over that of the quantity to which it is added.", ">= 0"
)
SEED: Final = Column(PURE, "Seed of the noise.", COUNT)
LEFT: Final = text("Left side of the equation, such as u_t.")
TERM: Final = text("Name of the term.")
#: Energies of rubber.
MISFITS: Final = {
    "material": text("Name of the measured material."),
    "model": text("Name of the law: found is ours, the others are classical."),
    "test": text("Kind of test: uniaxial, equibiaxial or pure shear."),
    "misfit": Column(
        "standard errors",
        "Root mean square misfit to the kind of test, to which the law was not fitted.",
        NOT_NEGATIVE,
    ),
}
ELASTIC_CURVES: Final = {
    "series": text("What the row shows: measured, fitted, or predicted without this kind of test."),
    "test": MISFITS["test"],
    "stretch": Column(PURE, "Length over the length without stress.", "> 0"),
    "stress": Column("of the data", "Force over the area without stress."),
    "error": Column(
        "of the data", "Standard error of the measured stress; missing for laws.", NOT_NEGATIVE
    ),
    "material": MISFITS["material"],
}
RECOVERY: Final = {
    "energy": text("Name of the known energy from which the curves were made."),
    "noise": NOISE,
    "seed": SEED,
    "exact": logical("Whether exactly the terms of the known energy were found."),
    "found": text("Terms that were found."),
}
#: Symmetry classes of crystals.
SYMMETRY: Final = {
    "crystal": text("Name of the crystal."),
    "class": text("True symmetry class."),
    "n": Column(PURE, "Number of load cases.", FROM_ONE),
    "noise": NOISE,
    "seed": Column(PURE, "Number of the draw, from 0.", COUNT),
    "method": text("How the class was found."),
    "found": text("Class that was found."),
    "right": logical("Whether it is the true class."),
    "n_terms": Column(PURE, "Number of elastic constants that were kept.", COUNT),
}
#: Terms of laws of hardening.
TERMS: Final = {
    "case": CASE,
    "method": text("How the linear system was made."),
    "noise": NOISE,
    "seed": SEED,
    "target": LEFT,
    "term": TERM,
    "value": Column(OF_DATA, "Coefficient found; 0 if the term was not found."),
    "error": Column(OF_DATA, "Standard error of the coefficient found.", NOT_NEGATIVE),
    "truth": Column(OF_DATA, "True coefficient; 0 if the term is not in the true equation."),
}
#: Coefficients that vary in space or time.
CURVES: Final = {
    "case": CASE,
    "method": text("How the equation was found."),
    "noise": NOISE,
    "seed": SEED,
    "target": LEFT,
    "term": TERM,
    "axis": text("Axis along which the coefficient varies, such as t or x."),
    "place": Column(OF_DATA, "Place on that axis."),
    "value": Column(OF_DATA, "Coefficient found at that place."),
    "error": Column(OF_DATA, "Standard error of that coefficient.", NOT_NEGATIVE),
    "truth": Column(OF_DATA, "True coefficient; missing for a term that is not true."),
}
#: Found equations, a row for each term.
EQUATIONS: Final = {
    "case": CASE,
    "noise": NOISE,
    "target": LEFT,
    "unexplained": Column(PURE, "Squared residual over the squared left side.", NOT_NEGATIVE),
    "noise_share": Column(
        PURE, "Part of the unexplained share that noise explains; missing if unknown.", NOT_NEGATIVE
    ),
    "verdict": text("Verdict on the equation: complete, close, incomplete or nothing found."),
    "term": TERM,
    "coefficient": Column(OF_DATA, "Coefficient found."),
    "error": Column(OF_DATA, "Standard error of the coefficient.", NOT_NEGATIVE),
    "inclusion": Column(PURE, "Share of resampled data in which the term was found.", SHARE),
    "truth": Column(OF_DATA, "True coefficient; missing if it is not known."),
}
#: Cases of equation discovery.
CASES: Final = {
    "case": CASE,
    "kind": text("Kind of data: a simulation, or a measurement."),
    "source": text("DOI of the publication from which the case is taken."),
    "trajectories": Column(PURE, "Number of trajectories or fields in the file.", FROM_ONE),
    "grid": text("Number of points along each axis, time last."),
    "fields": text("Names of the measured quantities."),
    "accuracy": Column(
        PURE, "Relative error of the simulation; missing for measured data.", NOT_NEGATIVE
    ),
    "note": text("Where the data differ from those of the publication."),
}
#: Latent coordinates over time.
LATENTS: Final = {
    "series": Column(PURE, "Number of the independent run, from 0.", COUNT),
    **{
        f"z{k}": Column(PURE, f"Coordinate {k} that was found, in its own unit.")
        for k in range(1, 10)
    },
    **{
        f"hidden{k}": Column(PURE, f"Hidden coordinate {k} from which the channels were made.")
        for k in range(1, 10)
    },
    "rate1": Column(
        PURE, "Rate of coordinate 1, of laws of second order, in its unit over that of time."
    ),
}
RUNS: Final = {
    "seed": Column(PURE, "Number of the start, from 0.", COUNT),
    "terms": Column(PURE, "Number of terms of the law.", COUNT),
    "ties": Column(PURE, "Number of forms of the law with equally few terms.", COUNT),
    "values": Column(
        PURE,
        "Mean squared error of the channels after encoding and decoding, over their mean square.",
        NOT_NEGATIVE,
    ),
    "rates": Column(
        PURE,
        "Mean squared error of the rates of the channels by the law, over their mean square; of laws of"
        " second order, of their accelerations.",
        NOT_NEGATIVE,
    ),
    "latent_rates": Column(
        PURE,
        "Mean squared error of the rates of the coordinates by the law, over their mean square; of laws"
        " of second order, of their accelerations.",
        NOT_NEGATIVE,
    ),
    "affine": Column(
        PURE,
        "Variance of the hidden coordinates that no affine function of the found ones explains; the"
        " largest of them.",
    ),
    "seconds": Column("s", "CPU time, with compilation.", NOT_NEGATIVE),
}
LATENT_TERMS: Final = {
    "seed": RUNS["seed"],
    "equation": Column(PURE, "Number of the coordinate whose rate the term enters.", FROM_ONE),
    "term": text("Product of latent coordinates, or a sine; 1 is a constant, z1' a rate."),
    "share": Column(
        PURE,
        "Root mean square of the term over that of the rate or acceleration, with the sign of the"
        " coefficient, before terms were dropped.",
    ),
    "kept": logical("Whether the law has the term."),
    "coefficient": Column("of the coordinates", "Coefficient in the law; 0 of terms not kept."),
    "error": Column(
        "of the coordinates",
        "Standard error of the coefficient for the coordinates that were found, from leaving out runs or"
        " stretches of frames.",
        NOT_NEGATIVE,
    ),
}
