"""Small systems of dislocations in the files from which networks are trained."""

from pathlib import Path

import numpy as np

from mechanist.formats.configuration import Configuration
from mechanist.formats.described_columns import Column
from mechanist.formats.dislocation_batches import Branch, DislocationSample, planar, write_batch
from mechanist.formats.tables import keyed, stacked, write_table
from mechanist.learn.pair_geometry import pair_inputs
from mechanist.learn.splits import make_splits, write_splits
from mechanist.learn.study import SAMPLES, STATES, Study, StudyFiles

SIDE = 20.0
SMALL = {"width": 4, "channels": 3, "depth": 1, "epochs": 25, "batch": 8}


def state(seed: int, n: int = 8, side: float = SIDE) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    lanes = (rng.permutation(n) + 0.5) * side / n  # stiff pairs on one plane lose precision
    return side * rng.random(n), lanes, np.where(np.arange(n) < n // 2, 1.0, -1.0)


def configuration(seed: int, n: int = 8) -> Configuration:
    return planar(*state(seed, n), SIDE)


def population(n: int) -> tuple[list[Configuration], np.ndarray]:
    """Return states, and the stress of linear response at any strain as target."""
    states = [configuration(seed) for seed in range(n)]
    inputs = pair_inputs(states, [1.0] * n, size=8)
    response = (inputs.modes.sum(axis=1) ** 2 / inputs.stiffness).sum(axis=1)
    return states, np.stack([1e-3 / response, 2e-3 / response], axis=1)


def systems(folder: Path, n: int = 20) -> tuple[dict[str, StudyFiles], np.ndarray]:
    """Write two systems of n and 4 samples, and return their files and targets."""
    states, truth = population(n + 4)
    columns = ["stress@0.001", "stress@0.002"]
    files: dict[str, StudyFiles] = {}
    for system, part in {"a": range(n), "b": range(n, n + 4)}.items():
        own, names = folder / system, [f"{system}-{k:05d}" for k in part]
        empty = np.zeros(0)
        batch = [
            DislocationSample(name, system, 1, {"undeformed": Branch(states[k], empty, empty)})
            for name, k in zip(names, part, strict=True)
        ]
        rows = [
            keyed(truth[[k]], columns, sample=name, load="undeformed")
            for name, k in zip(names, part, strict=True)
        ]
        files[system] = StudyFiles(
            targets=own / "targets.parquet",
            splits=own / "splits.json",
            samples=[own / "samples" / "0000.h5"],
        )
        write_batch(files[system].samples[0], batch)
        units = {column: Column("D/b", "A stress.") for column in columns}
        write_table(files[system].targets, stacked(rows), columns=units)
        write_splits(files[system].splits, make_splits(names, folds=2, seed=0))
    return files, truth


MODEL = {"estimator": "pair_network", "parameters": {**SMALL, "epochs": 1}}
STUDY = Study(subject=SAMPLES, reads=STATES, quantity="stress", strains=[0.001, 0.002])
