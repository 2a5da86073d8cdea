"""A world in which plasticity is linear in the structure, with noise: coverage and scores are known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from glasses import glass
from learning_inputs import sample_names
from mechanist.core.narrowing import Json
from mechanist.describe.descriptor import load_descriptor
from mechanist.formats.configuration import Configuration
from mechanist.formats.described_columns import Column
from mechanist.formats.sample import LoadPath, Sample
from mechanist.formats.tables import keyed, stacked, write_table
from mechanist.learn.splits import make_splits, write_splits
from mechanist.learn.study import Study, StudyFiles
from mechanist.learn.within_samples import open_within_samples
from mechanist.mechanics.loads import simple_shear, strain_of
from mechanist.predict.keeping import Keeping, keep
from mechanist.predict.kept_model import KeptDescriptor, KeptModel
from mechanist.predict.unseen_glasses import UnseenGlass
from mechanist.settings.entry_types.block_entries import ModelEntry

LOAD = "shear"
TARGET = "log10_d2min@0.020"
TENSOR = strain_of(simple_shear("xy"))
MODEL: ModelEntry = {
    "label": "Structure (ridge)",
    "role": "data",
    "estimator": "ridge",
    "features": ["blind"],
    "parameters": {"penalties": [1.0], "rounds": 1},
}
STUDY = Study(subject="objects", quantity="log10_d2min", strains=[0.02])
KIND = "rotation_invariants"


def glass_like(rng: np.random.Generator, *, stretch: float = 1.0) -> Configuration:
    """Return a glass whose particles are a little elsewhere, in a cell that is larger by a factor."""
    c = glass(2)[0]
    positions = stretch * (c.positions + 0.03 * rng.normal(size=c.positions.shape) * [1, 1, 0])
    return c.moved(positions, c.cell * [[stretch], [stretch], [1.0]])


def truth_of(c: Configuration, rng: np.random.Generator, *, shift: float = 0.0) -> pd.DataFrame:
    """Return the target of every particle: linear in its structure, with noise of deviation 0.5."""
    features = load_descriptor(KIND)(c)
    signal = np.asarray(features.values)[:, features.names.index("moment0_A-A_1.07")]
    return pd.DataFrame({TARGET: 0.3 * signal + 0.5 * rng.normal(size=len(c)) + shift})


def sample_of(c: Configuration, name: str) -> Sample:
    path = LoadPath(gradient=TENSOR, tensor=TENSOR, curve={"strain": np.zeros(1)}, frames=())
    return Sample(name, "flat", 0, c, {LOAD: path}, units="lj")


def unseen(n: int, *, seed: int, stretch: float = 1.0, shift: float = 0.0) -> list[UnseenGlass]:
    """Return glasses of one kind with their truth."""
    rng = np.random.default_rng(seed)
    made = [glass_like(rng, stretch=stretch) for _ in range(n)]
    return [
        UnseenGlass(sample_of(c, f"new-{k:04d}"), truth_of(c, rng, shift=shift))
        for k, c in enumerate(made)
    ]


@dataclass(frozen=True)
class World:
    """A model that has learnt this world, and the files that it has learnt from."""

    model: KeptModel
    predictions: pd.DataFrame
    files: StudyFiles
    samples: Sequence[Sample]
    units: Mapping[str, str]


def linear_world(folder: Path, *, n: int = 30) -> World:
    """Return a model that was fitted to some glasses, and its out-of-fold predictions."""
    rng = np.random.default_rng(0)
    names, features, targets, samples = sample_names(n), [], [], []
    for name in names:
        c = glass_like(rng)
        found = load_descriptor(KIND)(c)
        features.append(keyed(np.asarray(found.values, np.float32), found.names, sample=name))
        values = truth_of(c, rng).to_numpy()
        targets.append(keyed(values, [TARGET], sample=name, load=LOAD))
        samples.append(sample_of(c, name))
    write_table(folder / "blind.parquet", stacked(features))
    units = {TARGET: "log10(sigma^2)"}
    columns = {TARGET: Column(units[TARGET], "Truth of the linear world.")}
    write_table(folder / "targets.parquet", stacked(targets), columns=columns)
    write_splits(folder / "splits.json", make_splits(names, folds=5, seed=0))
    files = StudyFiles(
        targets=folder / "targets.parquet",
        splits=folder / "splits.json",
        features={"blind": folder / "blind.parquet"},
    )
    learner = open_within_samples(STUDY, MODEL, files)
    keeping = Keeping(
        system="flat",
        name="joint",
        label="Structure (ridge)",
        descriptors={"blind": KeptDescriptor(KIND, {}, ())},
        level=0.9,
        plastic_fraction=0.1,
        length=1.0,
        units="lj",
    )
    predictions = learner.train(seed=1)
    facts: dict[str, Json] = {"code": "abc", "scores": []}
    kept = keep(learner, predictions, samples, keeping, seed=1, facts=facts)
    return World(kept, predictions, files, samples, units)
