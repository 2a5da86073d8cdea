"""Small synthetic tables with a planted signal, for tests of training and scoring."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.described_columns import Column
from mechanist.formats.tables import keyed, stacked, write_table
from mechanist.learn.splits import Splits, make_splits, write_splits

LOADS = ("pull", "push", "shear")
STRAINS = (0.02, 0.04)


@dataclass(frozen=True)
class Files:
    """Paths of a written data set."""

    features: dict[str, Path]
    targets: Path
    splits: Path
    folds: Splits


def sample_names(n: int) -> list[str]:
    return [f"glass-{i:04d}" for i in range(n)]


def write_inputs(
    folder: Path,
    *,
    n_samples: int = 8,
    n_objects: int = 50,
    signal: float = 1.0,
    identity: float = 0.0,
    n_folds: int = 4,
    seed: int = 0,
) -> Files:
    """Write two feature tables (load-blind and load-aware), targets and splits.

    The target is ``signal * (blind_0 + aware_0)`` plus unit noise, a frame offset, and ``identity``
    times a sample-specific pattern over objects that no feature of another sample predicts.
    """
    rng = np.random.default_rng(seed)
    blind, aware, targets = [], [], []
    for name in sample_names(n_samples):
        structure = rng.normal(size=(n_objects, 4)).astype(np.float32)
        own = rng.normal(size=n_objects)
        structure[:, 3] = hash_like(name) + 0.01 * own
        blind.append(keyed(structure, [f"b{i}" for i in range(4)], sample=name))
        for load in LOADS:
            response = rng.normal(size=(n_objects, 2)).astype(np.float32)
            aware.append(keyed(response, ["a0", "a1"], sample=name, load=load))
            clean = signal * (structure[:, 0] + response[:, 0]) + identity * own + rng.normal()
            values = np.stack([clean + rng.normal(size=n_objects) for _ in STRAINS], axis=1)
            columns = [f"log10_d2min@{strain:.3f}" for strain in STRAINS]
            targets.append(keyed(values, columns, sample=name, load=load))
    tables = {"blind": blind, "aware": aware}
    paths = {key: folder / f"{key}.parquet" for key in tables}
    for key, parts in tables.items():
        write_table(paths[key], stacked(parts))
    units = {f"log10_d2min@{s:.3f}": Column("log10(length^2)", "A target.") for s in STRAINS}
    write_table(folder / "targets.parquet", stacked(targets), columns=units)
    folds = make_splits(sample_names(n_samples), folds=n_folds, seed=seed)
    write_splits(folder / "splits.json", folds)
    return Files(paths, folder / "targets.parquet", folder / "splits.json", folds)


def hash_like(name: str) -> float:
    """Return a number that identifies the sample."""
    return float(int(name[-4:]) * 37 % 11)


def grouped_regression(
    rng: np.random.Generator, *, n_groups: int = 12, size: int = 40, noise: float = 1.0
) -> tuple[FloatArray, FloatArray, np.ndarray]:
    """Return features, target and groups, with one strong feature and nine weak ones."""
    n = n_groups * size
    X = rng.normal(size=(n, 10))
    weights = np.array([2.0, *(0.1 * rng.normal(size=9))])
    groups = np.repeat(np.arange(n_groups), size)
    return X, X @ weights + noise * rng.normal(size=n), groups
