"""Simulate stress-strain curves of held-out crystals with the identified laws in the engine."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from mechanist.core.progress import LOGGER, log_to, progress
from mechanist.core.rotations import random_rotations
from mechanist.core.seeds import generator
from mechanist.core.typing import FloatArray
from mechanist.formats.described_columns import Column
from mechanist.formats.tables import write_table
from mechanist.formats.value_ranges import TEXT
from mechanist.mechanics.slip_law import Flow, SlipLaw
from mechanist.mechanics.slip_law_files import read_slip_law
from mechanist.mechanics.slip_systems import slip_systems
from mechanist.settings.entry_types.interactions_entries import FeedbackEntry, SlipFlowEntry
from mechanist.simulate.slip_paths_engine import engine_curves, engine_polycrystal

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

TRUTH: Final = "truth"
POLYCRYSTAL: Final = "polycrystal"
COLUMNS: Final = {
    "law": Column("", "The word truth, or the way in which the law was identified.", TEXT),
    "specimen": Column("", "The word polycrystal, or which single crystal was loaded.", TEXT),
    "strain": Column("1", "Strain along the axis of tension."),
    "stress": Column("MPa", "Stress along the axis of tension."),
}


def main(
    truth: Path,
    laws: Mapping[str, Path],
    out: Path,
    *,
    settings: FeedbackEntry,
    flow: SlipFlowEntry,
    seed: int,
) -> None:
    """Write the curves of all laws.

    Parameters
    ----------
    truth : Path
        The law that generated the data.
    laws : mapping of str to Path
        Identified laws by method.
    out : Path
        Parquet table with one row per point. A curve ends where the engine did not converge; at
        zero if a slip system has no resistance.
    settings : mapping
        ``crystals``, ``strain``, ``steps``, ``density``, and for the polycrystal ``grid``,
        ``grains``, ``frames`` and ``polycrystal_strain``.
    flow : mapping
        Elasticity and rate law.
    seed : int
    """
    known = {TRUTH: truth, **laws}
    tables = []
    for name in progress(list(known), "laws driven"):
        file = read_slip_law(known[name])
        for specimen, curve in _curves(file.law, file.systems, settings, Flow(**flow), seed):
            finite = curve[np.isfinite(curve).all(axis=1)]
            table = pd.DataFrame(finite, columns=["strain", "stress"])
            tables.append(table.assign(law=name, specimen=specimen)[list(COLUMNS)])
            LOGGER.info("%s, %s: ends at strain %.4g", name, specimen, finite[-1, 0])
    write_table(out, pd.concat(tables, ignore_index=True), columns=COLUMNS, check=False)


def _curves(
    law: SlipLaw, systems: str, settings: FeedbackEntry, flow: Flow, seed: int
) -> Iterator[tuple[str, FloatArray]]:
    """Yield the names of specimens, the same for every law, and their curves (n_points, 2)."""
    slip = slip_systems(systems)
    orientations = random_rotations(settings["crystals"], generator(seed, "held-out crystals"))
    weak = np.flatnonzero(law.interactions.sum(axis=1) <= 0.0)
    if len(weak):
        LOGGER.info("slip system %d has no resistance: the law cannot be loaded", weak[0])
        names = [*(f"crystal {k}" for k in range(len(orientations))), POLYCRYSTAL]
        yield from ((name, np.zeros((1, 2))) for name in names)
        return
    for k, orientation in enumerate(orientations):
        strain, stress = engine_curves(
            law, slip, orientation[None], strain=settings["strain"], steps=settings["steps"],
            density=settings["density"], flow=flow,
        )  # fmt: skip
        yield f"crystal {k}", np.column_stack([strain, stress[:, 0]])
    curve = engine_polycrystal(
        law, slip, grid=settings["grid"], grains=settings["grains"],
        strain=settings["polycrystal_strain"], frames=settings["frames"],
        density=settings["density"], rng=generator(seed, "held-out polycrystal"), flow=flow,
    )  # fmt: skip
    yield POLYCRYSTAL, curve


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input.truth),
            {Path(path).stem: Path(path) for path in snakemake.input.laws},
            Path(snakemake.output[0]),
            settings=snakemake.params.settings,
            flow=snakemake.params.flow,
            seed=snakemake.params.seed,
        )
