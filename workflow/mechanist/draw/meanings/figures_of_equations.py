"""Meanings of columns of figures of equations, where they differ from the general ones."""

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
from mechanist.formats.meanings.of_continuum import FORWARD as CONTINUUM
from mechanist.formats.meanings.of_equations import (
    CASE,
    CURVES,
    ELASTIC_CURVES,
    LATENT_TERMS,
    LEFT,
    MISFITS,
    NOISE,
    RECOVERY,
    TERM,
)
from mechanist.formats.meanings.of_scores import ROW_UNIT

_SHARES: Final = {
    "case": CASE,
    "noise": NOISE,
    "series": text("Linear system and selection rule, with a stroke between."),
    "share": Column(PURE, "Share of the draws in which exactly the true terms were found.", SHARE),
    "share_low": Column(PURE, "Lower end of the interval of the share.", SHARE),
    "share_high": Column(PURE, "Upper end of the interval of the share.", SHARE),
    "n_runs": Column(PURE, "Number of draws of the noise.", COUNT),
    "draws": Column(PURE, "Number of draws of the noise.", COUNT),
    "error": Column("%", "Mean error of the coefficients where the terms are right.", NOT_NEGATIVE),
    "low": Column("%", "Lower end of the errors."),
    "high": Column("%", "Upper end of the errors."),
}
_RATIO: Final = "over that of the first series in the figure"

#: By name of the script, without ``figure_``.
FIGURES: Final = {
    "chaos": {**_SHARES, "case": text("Name of the chaotic system; empty for all of them.")},
    "costs": {
        "case": CASE,
        "series": _SHARES["series"],
        "cpu_s": Column("s", "CPU time of finding the equations.", NOT_NEGATIVE),
        "memory_mb": Column("MB", "Largest memory beyond that of the data.", NOT_NEGATIVE),
        "cpu_s_ratio": Column(PURE, f"CPU time {_RATIO}.", NOT_NEGATIVE),
        "memory_mb_ratio": Column(PURE, f"Memory {_RATIO}.", NOT_NEGATIVE),
    },
    "elastic": {
        **_SHARES,
        **ELASTIC_CURVES,
        **MISFITS,
        "energy": RECOVERY["energy"],
        "assumed_error": ELASTIC_CURVES["error"],
    },
    "error": _SHARES,
    "structure": _SHARES,
    "error_bars": {
        **_SHARES,
        "kind": text("Which error bars: corrected for noise, or those of least squares."),
        "share": Column(PURE, "Share of true coefficients that lie within two errors.", SHARE),
        "right": Column(PURE, "Share of runs in which exactly the true terms were found.", SHARE),
    },
    "continuum": {
        "ensemble": CONTINUUM["ensemble"],
        "profile": CONTINUUM["profile"],
        "load": CONTINUUM["load"],
        "coefficient": Column(
            PURE, "Coefficient: alpha, or that of the back stress in D, b and density."
        ),
        "lower": Column(PURE, "Lower end of the interval over realisations."),
        "upper": Column(PURE, "Upper end of the interval over realisations."),
        "law": text("Law that is followed, or sampling: the error of a mean over realisations."),
        "stable": CONTINUUM["stable"],
        "mode_error": CONTINUUM["mode_error"],
    },
    "latent": {
        "kind": text("Whether a coordinate was found, or is a hidden one fitted to it."),
        "run": Column(PURE, "Number of the held-out run, from 0.", COUNT),
        "across": Column(PURE, "First coordinate at a time."),
        "up": Column(
            PURE,
            "Last coordinate at the same time; the rate of the first, where it is the only one.",
        ),
        "case": CASE,
        "model": text("Method, or publication whose number is shown."),
        "seed": Column(PURE, "Number of the start, from 0.", COUNT),
        "rank": Column(PURE, "Rank of the term by its share, 1 for the largest.", FROM_ONE),
        **{name: LATENT_TERMS[name] for name in ("equation", "term", "kept")},
        "share": Column(
            PURE,
            "Root mean square of the term over that of the rate, before terms were dropped.",
            NOT_NEGATIVE,
        ),
        "quantity": text(
            "What the error is of: channels, their rates, or rates of coordinates; of laws of second"
            " order, accelerations in place of rates."
        ),
        "error": Column(PURE, "Mean squared error over the mean square.", NOT_NEGATIVE),
    },
    "lorenz": {
        "field": text("Name of the field."),
        "noise": NOISE,
        "time": Column(PURE, "Time since the first held-out state.", NOT_NEGATIVE),
        "truth": Column(PURE, "Held-out value without noise."),
        "found": Column(PURE, "Solution of the equations that were found."),
        "error": Column(
            PURE, "Difference of all fields in their standard deviations.", NOT_NEGATIVE
        ),
    },
    "materials": {**_SHARES, "rule": text("How the terms were selected.")},
    "parametric": {
        **CURVES,
        "mse": Column(PURE, "Mean squared error of the curves: the published measure.", ">= 0"),
        "low": Column(PURE, "Smallest of these errors over the draws.", NOT_NEGATIVE),
        "high": Column(PURE, "Largest of these errors over the draws.", NOT_NEGATIVE),
        "exact": Column(PURE, "Share of draws in which exactly the true terms were found.", SHARE),
        "runs": Column(PURE, "Number of draws of the noise.", COUNT),
    },
    "paths": {
        "case": CASE,
        "noise": NOISE,
        "target": LEFT,
        "path": text("How candidates are ordered: by size, or by threshold."),
        "place": Column(PURE, "Number of terms, or threshold.", NOT_NEGATIVE),
        "size": Column(PURE, "Number of terms.", COUNT),
        "loss": Column(PURE, "Squared residual over the squared left side.", NOT_NEGATIVE),
        "right": logical("Whether these are exactly the true terms."),
        "rules": text("Rules that select these terms, with spaces between."),
        "term": TERM,
        "true": logical("Whether the term is in the true equation."),
        "weight": Column(PURE, "Coefficient of columns and left side of unit norm."),
    },
    "symmetry": {
        **_SHARES,
        "crystal": text("Name of the crystal."),
        "n": Column(PURE, "Number of load cases.", FROM_ONE),
        "share": Column(
            PURE, "Share of the draws in which the true symmetry class was found.", SHARE
        ),
    },
    "verdicts": {
        "case": CASE,
        "noise": NOISE,
        "library": text("Whether the library of terms lacks a true one."),
        "verdict": text("Verdict on the equation."),
        "share": Column(PURE, "Share of the equations with this verdict.", SHARE),
        "equations": Column(PURE, "Number of equations.", COUNT),
        "right": Column(PURE, "Share of them with exactly the true terms.", SHARE),
        "terms": Column(PURE, "Mean number of terms.", NOT_NEGATIVE),
    },
    "followed": {
        "entry": text("Name of the quantity that the law describes."),
        "solution": Column(ROW_UNIT, "Solution of the law."),
        "mean": Column(ROW_UNIT, "Mean of solutions over the errors of the coefficients."),
        "band_from": Column(ROW_UNIT, "Lower end of the band of these solutions."),
        "band_to": Column(ROW_UNIT, "Upper end of the band of these solutions."),
        "truth": Column(ROW_UNIT, "Value in the data, if they go on."),
        "t": Column("of the data", "Time."),
    },
}
