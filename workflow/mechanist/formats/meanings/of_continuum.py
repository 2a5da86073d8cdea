"""Meanings of columns of tables about continuum laws of dislocations."""

from typing import Final

from mechanist.formats.described_columns import (
    COUNT,
    NOT_NEGATIVE,
    PURE,
    Column,
    logical,
    text,
)

PROFILE: Final = text("Name of the waves from which the densities start.")
LOAD: Final = Column("D sqrt(rho0)", "Applied stress.", "> 0")
SPACINGS: Final = Column(PURE, "Wavelength in mean spacings of dislocations.", "> 0")
ENSEMBLE: Final = text("Name of the ensemble.")
SIGNS: Final = {"plus": "positive", "minus": "negative"}
PARTS: Final = {"real": "Real", "imag": "Imaginary"}
MODES: Final = {
    "profile": PROFILE,
    "load": LOAD,
    "spacings": SPACINGS,
    "run": Column(PURE, "Number of the realisation, from 0.", COUNT),
    "time": Column("1 / (M D b rho0)", "Middle of the interval of time.", "> 0"),
    "mode": Column(PURE, "Number of the Fourier mode along the glide direction.", COUNT),
    **{
        f"{sign}_{part}": Column(
            PURE, f"{said} part of the mode of the density of {kind} dislocations, mean 1."
        )
        for sign, kind in SIGNS.items()
        for part, said in PARTS.items()
    },
    **{
        f"{sign}_flux_{part}": Column(
            "M D sqrt(rho0)", f"{said} part of the mode of the flux of {kind} dislocations."
        )
        for sign, kind in SIGNS.items()
        for part, said in PARTS.items()
    },
}
LAWS: Final = {
    "equation": text("Flux j of kappa, flux q of rho, both with one velocity, or rate of locking."),
    "part": text("What the law was fitted to: all training data, or a part of them."),
    "chosen": text("Whether terms were selected blindly, or are given."),
    "term": text("Name of the term; none if nothing was selected."),
    "coefficient": Column(PURE, "Coefficient in units of D, b, M and the mean density."),
    "error": Column(PURE, "Standard error over realisations.", NOT_NEGATIVE),
    "low": Column(PURE, "Lower end of the interval over realisations."),
    "high": Column(PURE, "Upper end of the interval over realisations."),
    "explained": Column(PURE, "Share of the sum of squares of the left side that is explained."),
    "ties": Column(PURE, "Number of other laws of this size that explain as much.", COUNT),
    "runs": Column(PURE, "Number of realisations.", COUNT),
}
CONTROLS: Final = {
    "control": text("What was done to the data: twin, shuffled or shifted."),
    "equation": LAWS["equation"],
    "seed": Column(PURE, "Seed of the control.", COUNT),
    "terms": text("Terms that were selected, separated by semicolons."),
    "expected": logical("Whether exactly the terms of the twin, or no spurious term, were found."),
    "tied": logical("Whether the terms of the twin explain as much within two standard errors."),
    "explained": LAWS["explained"],
}
FORWARD: Final = {
    "ensemble": ENSEMBLE,
    "profile": PROFILE,
    "load": LOAD,
    "spacings": SPACINGS,
    "held": logical("Whether the law has not seen this ensemble."),
    "law": text("Name of the law."),
    "stable": logical("Whether the solution stays finite."),
    "mode_error": Column(
        PURE,
        "Root of the squared error of modes 1 and 2 of both densities over all times, over their"
        " square; missing if the solution blows up.",
        NOT_NEGATIVE,
    ),
    "velocity_error": Column(PURE, "The same for the mean velocity.", NOT_NEGATIVE),
    "noise": Column(PURE, "What sampling alone gives for the error of modes.", NOT_NEGATIVE),
}
