"""Find elastic energies of rubbers in measured curves, and compare them with established laws."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from mechanist.core.atomic import write_text
from mechanist.core.progress import LOGGER, log_to
from mechanist.discover.elastic_energy import (
    ElasticLaw,
    ElasticTest,
    discover_energy,
    energy_without,
)
from mechanist.discover.elastic_rivals import RIVALS, held_out_misfits
from mechanist.formats.meanings.of_equations import ELASTIC_CURVES, MISFITS
from mechanist.formats.tables import write_table
from mechanist.imports.rubber_curves import read_rubber
from mechanist.mechanics.rubber_tests import kinematics, unstretched
from mechanist.settings.models.elastic_settings import ElasticMaterial

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

FOUND: Final = "found"
#: Points of a drawn curve.
POINTS: Final = 120


def main(
    out_laws: Path,
    out_markdown: Path,
    out_misfits: Path,
    out_curves: Path,
    *,
    materials: Mapping[str, Mapping[str, object]],
    most_terms: int,
) -> None:
    """Write the law of every material, misfits of all laws, and curves for the figure.

    Parameters
    ----------
    out_laws, out_markdown : Path
        Laws as JSON, and as a table.
    out_misfits : Path
        Table with one row for every material, law and kind of test: the misfit, in standard
        errors, to that kind of test of the law fitted to the other kinds.
    out_curves : Path
        Table of measured points, and of stresses of the law fitted to all tests, and of the law
        found without the kind of test that it is drawn for.
    materials : mapping of str to mapping
        Entries ``equations/elastic/materials`` of the configuration.
    most_terms : int
        Largest number of terms of an energy.
    """
    entries = {name: ElasticMaterial.model_validate(entry) for name, entry in materials.items()}
    tests = {name: read_rubber(entry) for name, entry in entries.items()}
    laws: dict[str, dict[str, object]] = {}
    misfits, curves = [], []
    for name, entry in entries.items():
        law = discover_energy(tests[name], most=most_terms)
        laws[name] = {"label": entry.label, "unit": entry.unit, **_content(law)}
        LOGGER.info("%s: %s", name, _text(law, entry.unit))
        by_law = {n: held_out_misfits(tests[name], fit) for n, fit in RIVALS.items()}
        by_law[FOUND] = law.law.held_out
        for model, held_out in by_law.items():
            misfits += [
                {"material": name, "model": model, "test": kind, "misfit": value}
                for kind, value in held_out.items()
            ]
        curves.append(_curves(name, tests[name], law))
    write_text(out_laws, json.dumps(laws, indent=1) + "\n")
    write_text(out_markdown, _markdown(laws))
    write_table(out_misfits, pd.DataFrame(misfits), columns=MISFITS, check=False)
    drawn = pd.concat(curves, ignore_index=True)
    write_table(out_curves, drawn, columns=ELASTIC_CURVES, check=False)


def _content(law: ElasticLaw) -> dict[str, object]:
    """Return what a law's entry of the JSON file holds."""
    parts = zip(law.law.terms, law.law.coefficients, law.errors, law.inclusion, strict=True)
    return {
        "terms": [
            {"term": term, "value": value, "error": error, "inclusion": inclusion}
            for term, value, error, inclusion in parts
        ],
        "verdict": law.verdict,
        "misfit": law.law.fitted,
        "held_out": law.law.held_out,
        "held_out_misfit": law.law.overall,
        "stress_rises": law.stable,
        "sizes": [
            {"n_terms": len(s.terms), "terms": list(s.terms), "misfit": s.fitted,
             "held_out_misfit": s.overall}
            for s in law.sizes
        ],
    }  # fmt: skip


def _text(law: ElasticLaw, unit: str) -> str:
    """Return a law as text."""
    parts = zip(law.law.terms, law.law.coefficients, law.errors, strict=True)
    return f"W / {unit} = " + " + ".join(f"({v:.4g} +- {e:.1g}) {t}" for t, v, e in parts)


def _markdown(laws: Mapping[str, Mapping[str, object]]) -> str:
    """Return the table of all laws."""
    lines = ["# Elastic energies found in measured curves", ""]
    lines += ["| material | term | coefficient | error | found without one kind of test |"]
    lines += ["| --- | --- | --- | --- | --- |"]
    for law in laws.values():
        terms = law["terms"]
        assert isinstance(terms, list)
        lines += [
            f"| {law['label']} | {t['term']} | {t['value']:.4g} {law['unit']} | {t['error']:.1g} |"
            f" {100 * t['inclusion']:.0f} % of the fits |"
            for t in terms
        ]
    lines += ["", "| material | misfit to all tests | to each kind of test, without it | verdict |"]
    lines += ["| --- | --- | --- | --- |"]
    for law in laws.values():
        held_out = law["held_out"]
        assert isinstance(held_out, dict)
        each = ", ".join(f"{kind.replace('_', ' ')} {v:.2f}" for kind, v in held_out.items())
        lines.append(f"| {law['label']} | {law['misfit']:.2f} | {each} | {law['verdict']} |")
    notes = (
        "Errors: jackknife over kinds of tests. Misfits: root mean square, in standard errors of the"
        " measurement as the configuration states them."
    )
    return "\n".join([*lines, "", notes]) + "\n"


def _curves(name: str, tests: Sequence[ElasticTest], law: ElasticLaw) -> pd.DataFrame:
    """Return measured points and both curves of every kind of test."""
    parts = []
    for test in tests:
        points = {"stretch": test.stretch, "stress": test.stress, "error": test.error}
        parts.append(pd.DataFrame({"series": "measured", "test": test.test, **points}))
        stretch = np.linspace(unstretched(test.test), float(test.stretch.max()), POINTS)
        without = energy_without(tests, test.test, len(law.law.terms))
        for series, shown in (("fitted", law.law), ("predicted", without)):
            values = {"stretch": stretch, "stress": shown.stress(kinematics(test.test, stretch))}
            parts.append(pd.DataFrame({"series": series, "test": test.test, **values}))
    return pd.concat(parts, ignore_index=True).assign(material=name)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.output.laws),
            Path(snakemake.output.markdown),
            Path(snakemake.output.misfits),
            Path(snakemake.output.curves),
            materials=snakemake.params.materials,
            most_terms=snakemake.params.most_terms,
        )
