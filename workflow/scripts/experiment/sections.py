"""Judge simulations that start from a few serial sections of a polycrystal."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from mechanist.assess.resampling import IntervalOptions
from mechanist.assess.section_scores import (
    ALL,
    BETWEEN,
    COLUMNAR,
    DUMMY,
    SECTIONS,
    VORONOI,
    curve_error,
    field_r2,
    section_table,
    start_score,
)
from mechanist.core.progress import LOGGER, log_to, progress
from mechanist.core.seeds import generator
from mechanist.core.typing import BoolArray, FloatArray, Lattice
from mechanist.formats.csv_tables import write_csv
from mechanist.formats.meanings.of_experiments import SECTIONED
from mechanist.formats.polycrystal_batches import OK, PolycrystalRun
from mechanist.imports.section_stack import FilledStack, even_layers, filled_stack
from mechanist.mechanics.field_agreement import von_mises
from mechanist.mechanics.loads import AXES
from mechanist.mechanics.misorientations import misorientation
from mechanist.mechanics.serial_sections import RULES, Rule
from mechanist.settings.entry_types.crystal_systems_entries import CrystalMaterialEntry
from mechanist.simulate.polycrystal import Microstructure, StrainPath, simulate
from mechanist.simulate.polycrystal_system import Material
from mechanist.simulate.voronoi import voronoi_polycrystal

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Load of scores of the start, which depend on none.
NO_LOAD: Final = ""


def main(
    out: Path,
    *,
    material: CrystalMaterialEntry,
    grid: int,
    grains: int,
    development: int,
    samples: int,
    known: Sequence[int],
    axes: Sequence[str],
    strain: float,
    steps: int,
    seed: int,
    interval: IntervalOptions,
) -> None:
    """Write the table of scores.

    Parameters
    ----------
    out : Path
        CSV table.
    material : mapping
        An entry of ``crystal/materials``.
    grid, grains : int
        Voxels along each axis of a cell, and its grains.
    development, samples : int
        Number of microstructures that choose the rule, and of those that are scored.
    known : sequence of int
        Numbers of sections that are known.
    axes : sequence of str
        Loading axes; sections are normal to z.
    strain : float
        Last strain.
    steps : int
        Number of steps of the engine.
    seed : int
        Root seed.
    interval : mapping
        Level, resamples and seed of intervals.
    """
    engine = _Engine(Material.from_entry(material), StrainPath.even(strain, 1, substeps=steps))
    lattice = engine.material.crystal.systems.lattice
    cells = {
        kind: [_cell(grid, grains, lattice, generator(seed, "sections", kind, f"{k}")) for k in range(count)]
        for kind, count in (("development", development), ("scored", samples))
    }  # fmt: skip
    rules = {count: chosen_rule(cells["development"], count, lattice) for count in known}
    rows: list[dict[str, object]] = []
    truths = [{axis: engine.run(cell, axis) for axis in axes} for cell in progress(cells["scored"], "cells")]  # fmt: skip
    for number, cell in enumerate(progress(cells["scored"], "cells")):
        about: dict[str, object] = {"sample": number}
        starts: dict[tuple[str, int, str], FilledStack] = {}
        for count in known:
            for one in RULES:
                start = seen(cell, count, one, lattice)
                method = COLUMNAR if count == 1 else SECTIONS
                share = start_score(start.orientations, cell.orientations, lattice)
                rows.append({**about, "method": method, "known": count, "rule": one, "axis": NO_LOAD,
                             "metric": "right_start", "subset": ALL, "value": share})  # fmt: skip
                if one == rules[count]:
                    starts[method, count, one] = start
        starts[VORONOI, 0, ""] = _statistics(
            cell, generator(seed, "sections", "voronoi", f"{number}")
        )
        for (method, count, filled), start in starts.items():
            same = np.array_equal(start.orientations, cell.orientations)
            between = np.ones(cell.grains.shape, dtype=bool)
            between[:, :, list(even_layers(count, grid)) if count else []] = False
            for axis in axes:
                true = truths[number][axis]
                run = true if same else engine.run(start, axis)
                found = _scores(run, true, between, lattice)
                rows += [{**about, "method": method, "known": count, "rule": filled, "axis": axis, **score}
                         for score in found]  # fmt: skip
        for axis in axes:
            others = [truth[axis] for k, truth in enumerate(truths) if k != number]
            rows += [{**about, "method": DUMMY, "known": 0, "rule": "", "axis": axis, **score}
                     for score in _dummy(others, truths[number][axis])]  # fmt: skip
    table = section_table(pd.DataFrame(rows), interval=interval)
    write_csv(out, table, title="Simulations that start from a few sections", columns=SECTIONED,
              float_format="%.6g")  # fmt: skip


def chosen_rule(cells: Sequence[FilledStack], count: int, lattice: Lattice) -> Rule:
    """Return the rule that starts most voxels of other microstructures in the right orientation."""
    shares: Mapping[Rule, float] = {
        rule: float(np.mean([
            start_score(seen(cell, count, rule, lattice).orientations, cell.orientations, lattice)
            for cell in cells
        ]))
        for rule in RULES
    }  # fmt: skip
    LOGGER.info("%d sections: right start of %d other cells: %s", count, len(cells), dict(shares))
    return max(RULES, key=shares.__getitem__)


def seen(cell: FilledStack, count: int, rule: Rule, lattice: Lattice) -> FilledStack:
    """Return what is rebuilt of a cell from ``count`` of its sections, as even as they can be."""
    layers = cell.grains.shape[2]
    known = list(even_layers(count, layers))
    return filled_stack(
        cell.orientations[:, :, known], cell.phases[:, :, known], [lattice], known, layers,
        rule=rule, periodic=True,
    )  # fmt: skip


class _Engine:
    """Loads cells of one material along one path."""

    def __init__(self, material: Material, path: StrainPath) -> None:
        self.material, self.path = material, path

    def run(self, cell: FilledStack, axis: str) -> PolycrystalRun:
        """Return the loaded cell, or stop if the engine failed."""
        layer = cell.orientations[:, :, :1]
        columnar = bool((cell.orientations == layer).all())
        # Fields of columnar grains are the same in all layers, so that one is enough. The engine reads
        # no numbers of grains; a grain may cut the layer in one voxel.
        made = (
            Microstructure(
                np.zeros(layer.shape[:3], dtype=np.int64),
                layer,
                np.array([1.0, 1.0, 1 / layer.shape[0]]),
            )
            if columnar
            else Microstructure(cell.grains, cell.orientations)
        )
        run = simulate("sections", made, self.material.crystal, self.material.law, self.path, axis=AXES[axis])  # fmt: skip
        if run.status != OK:
            raise ValueError(f"a cell did not reach the strain: {run.status}. Raise 'steps'")
        return run


def _cell(grid: int, grains: int, lattice: Lattice, rng: np.random.Generator) -> FilledStack:
    """Return a random cell; voxels that are cut off from their grain belong to a neighbour."""
    orientations = voronoi_polycrystal((grid,) * 3, grains, rng)[1]
    phases = np.zeros((grid,) * 3, dtype=np.int64)
    return filled_stack(orientations, phases, [lattice], range(grid), grid, rule="nearest", periodic=True)  # fmt: skip


def _statistics(cell: FilledStack, rng: np.random.Generator) -> FilledStack:
    """Return a random cell with as many grains, in the same orientations."""
    side = cell.grains.shape[0]
    _, first = np.unique(cell.grains, return_index=True)
    turned = cell.orientations.reshape(-1, 4)[first]
    grains = voronoi_polycrystal((side,) * 3, len(turned), rng)[0]
    return FilledStack(grains, turned[rng.permutation(len(turned))][grains], np.zeros_like(grains))


def _scores(
    run: PolycrystalRun, true: PolycrystalRun, between: BoolArray, lattice: Lattice
) -> list[dict[str, object]]:
    """Return the scores of one loaded cell."""
    true_stress = von_mises(true.stress[-1])
    stress = np.broadcast_to(von_mises(run.stress[-1]), true_stress.shape)
    angle = misorientation(run.orientations[-1], true.orientations[-1], lattice)
    found: list[dict[str, object]] = [
        {"metric": "curve_error", "subset": ALL, "value": curve_error(run.curve[1:, 1], true.curve[1:, 1])}
    ]  # fmt: skip
    for subset, mask in ((ALL, np.ones_like(between)), (BETWEEN, between)):
        if mask.any():
            found += [
                {"metric": "stress_r2", "subset": subset, "value": field_r2(stress, true_stress, mask)},
                {"metric": "misorientation", "subset": subset, "value": float(angle[mask].mean())},
            ]  # fmt: skip
    return found


def _dummy(others: Sequence[PolycrystalRun], true: PolycrystalRun) -> list[dict[str, object]]:
    """Return the scores of the mean curve and the mean stress of the other cells."""
    if not others:
        return []
    curve: FloatArray = np.mean([one.curve[1:, 1] for one in others], axis=0)
    true_stress = von_mises(true.stress[-1])
    mean = np.full_like(true_stress, np.mean([von_mises(one.stress[-1]).mean() for one in others]))
    everywhere = np.ones(true_stress.shape, dtype=bool)
    return [
        {"metric": "curve_error", "subset": ALL, "value": curve_error(curve, true.curve[1:, 1])},
        {"metric": "stress_r2", "subset": ALL, "value": field_r2(mean, true_stress, everywhere)},
    ]


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.output.table),
            **snakemake.params.settings,
            seed=snakemake.params.seed,
            interval=snakemake.params.interval,
        )
