"""Score models and mechanisms on views of glasses with noise, missed and mistaken particles, and edges."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mechanist.assess.ladder_scores import CLEAN, WINDOW, glass_scores, ladder_table
from mechanist.assess.resampling import IntervalOptions
from mechanist.core.progress import LOGGER, log_to, progress
from mechanist.core.seeds import generator
from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import Descriptor, Features, load_descriptor
from mechanist.describe.local_structure import two_body_entropy
from mechanist.describe.shared.nonaffine import d2min
from mechanist.formats.csv_tables import write_csv
from mechanist.formats.meanings.of_experiments import LADDER
from mechanist.formats.sample import Sample, read_sample
from mechanist.learn.degraded_training import ViewRows, predicted
from mechanist.learn.splits import make_splits
from mechanist.mechanics.neighbours import averaging_matrix
from mechanist.pictures.degraded_views import DegradedView, degraded
from mechanist.pictures.learnt_twins import in_learnt_forces, table_of
from mechanist.pictures.neighbour_springs import spring_response
from mechanist.pictures.relaxed_twin import home, twin_of
from mechanist.settings.entry_types.block_entries import DescriptorEntry, ModelEntry
from mechanist.settings.experiment_references import LEARNT_TWIN, RESTORED

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Upper limit of the integral of the two-body entropy, and smearing of distances in it.
ENTROPY: Final = (2.5, 0.1)


def main(
    samples: Sequence[Path],
    out: Path,
    potentials: Sequence[Path] = (),
    *,
    loads: Sequence[str],
    strain: float,
    window: float,
    cutoff: float,
    settings: Mapping[str, Sequence[float]],
    descriptors: Mapping[str, DescriptorEntry],
    models: Mapping[str, ModelEntry],
    folds: int,
    seed: int,
    interval: IntervalOptions,
) -> None:
    """Write the table of the ladder.

    Parameters
    ----------
    samples : sequence of Path
        Glasses.
    out : Path
        CSV table.
    potentials : sequence of Path
        Potentials that were learnt without the glasses of each fold, in its order; none if forces are not
        learnt.
    loads : sequence of str
        Loads whose D2min is predicted.
    strain : float
        Their strain.
    window : float
        Side of the window without periodic images.
    cutoff : float
        Radius of the neighbourhood of D2min; particles nearer to the edge are not used.
    settings : mapping
        Values of each degradation: ``noise``, ``missed``, ``species``.
    descriptors, models : mapping
        What the models read, and the models, mechanisms included.
    folds : int
        Number of folds of whole glasses.
    seed : int
        Root seed.
    interval : mapping
        Level, resamples and seed of intervals.
    """
    given = list(map(read_sample, samples))
    # Folds divide all glasses, so that they are those that potentials were learnt without.
    fold_of = make_splits([glass.name for glass in given], folds=folds, seed=seed).fold_of
    glasses = [glass for glass in given if set(loads) <= set(glass.good_loads)]
    fold = np.array([fold_of[glass.name] for glass in glasses])
    made = {
        key: load_descriptor(one["kind"], one.get("parameters")) for key, one in descriptors.items()
    }
    targets = [
        [np.log10(d2min(glass.reference, glass.loads[load].frame(strain).configuration, cutoff)
                  .per_neighbour) for load in loads]
        for glass in glasses
    ]  # fmt: skip
    rungs = [(CLEAN, 0.0), *((kind, value) for kind, values in settings.items() for value in values),
             (WINDOW, window)]  # fmt: skip
    scores: dict[tuple[str, float, str, str], pd.DataFrame] = {}
    clean: ViewRows | None = None
    for kind, value in progress(rungs, "views"):
        parts = []
        for k, glass in enumerate(glasses):
            rng = generator(seed, "ladder", glass.name, kind, f"{value:g}")
            view = degraded(glass.reference, rng, **({} if kind == CLEAN else {kind: value}))
            table = table_of(glass.name, fold_of, potentials)
            parts.append(_rows_of(view, glass, k, loads, targets[k], made, cutoff, table))
        rows = _together([row for part in parts for row in part])
        clean = clean or rows
        for name, model in models.items():
            if not rows.known(model.get("features", [])):
                LOGGER.info("%s = %g: %s is not defined", kind, value, name)
                continue
            trained = {"same": None} if kind == CLEAN else {"same": None, "clean": clean}
            for training, others in trained.items():
                told = predicted(model, rows, fold, seed=seed, training=others)
                scores[kind, value, name, training] = glass_scores(
                    rows.truth, told, rows.sample, rows.frame, rows.usable
                )
    write_csv(out, ladder_table(scores, models, interval=interval),
              title="What degradation costs models and mechanisms", columns=LADDER,
              float_format="%.6g")  # fmt: skip


def _rows_of(
    view: DegradedView,
    glass: Sample,
    number: int,
    loads: Sequence[str],
    targets: Sequence[FloatArray],
    descriptors: Mapping[str, Descriptor],
    cutoff: float,
    table: Path | None,
) -> Iterator[ViewRows]:
    """Yield the rows of one glass under each load."""
    known = view.configuration
    whole = bool(np.isinf(view.edge_distance).all())
    usable = view.edge_distance >= cutoff
    twins = {"twin": twin_of(known, cutoff)} if whole else {}
    if whole and table is not None:
        twins[LEARNT_TWIN] = twin_of(in_learnt_forces(known, table), cutoff)
    for name, twin in twins.items():
        if twin is not None:
            back = home(twin.configuration, glass.reference.positions[view.particles])
            LOGGER.info("%s: %.1f %% of the %s are home", glass.name, 100 * back.mean(), name)
    restored = twins.get(LEARNT_TWIN)
    # Structure is read off the places alone; a twin without a stable minimum restores nothing.
    places = (
        known if restored is None else replace(known, positions=restored.configuration.positions)
    )
    seen = {"": known} | ({RESTORED: places} if LEARNT_TWIN in twins else {})
    blind = {
        prefix + key: _features(one(where))
        for prefix, where in seen.items()
        for key, one in descriptors.items()
        if not one.card.load_aware
    }
    entropy = averaging_matrix(known, cutoff) @ two_body_entropy(known, *ENTROPY)
    for k, load in enumerate(loads):
        tensor = glass.loads[load].tensor
        features = blind | {
            prefix + key: _features(one(where, load=tensor))
            for prefix, where in seen.items()
            for key, one in descriptors.items()
            if one.card.load_aware
        }
        features["springs"] = _column(spring_response(known, tensor, cutoff))
        features["entropy"] = entropy[:, None].astype(np.float32)
        features["position"] = _polynomial(known.positions[:, :2])
        for name, twin in twins.items():
            # A twin without a stable minimum tells nothing.
            features[name] = _column(np.ones(len(known)) if twin is None else twin.d2min(tensor))
        truth = targets[k][view.particles]
        yield ViewRows(
            features,
            truth - truth[usable].mean(),
            np.full(len(truth), number),
            np.full(len(truth), number * len(loads) + k),
            view.particles,
            usable,
        )


def _features(found: Features) -> NDArray[np.float32]:
    return found.values.astype(np.float32)  # noqa: PD011  (no pandas object)


def _column(values: FloatArray) -> NDArray[np.float32]:
    """Return the logarithm, in standard deviations of the frame; where there is none, the median."""
    logarithm = np.log10(np.maximum(values, 1e-30))
    logarithm = np.where(np.isfinite(logarithm), logarithm, np.nanmedian(logarithm))
    spread = max(float(logarithm.std()), 1e-12)
    return np.asarray((logarithm - np.median(logarithm)) / spread, np.float32)[:, None]


def _polynomial(positions: FloatArray) -> NDArray[np.float32]:
    """Return a polynomial of second degree in the position."""
    x, y = (positions / np.ptp(positions, axis=0)).T
    return np.column_stack([x, y, x * x, x * y, y * y]).astype(np.float32)


def _together(parts: Sequence[ViewRows]) -> ViewRows:
    return ViewRows(
        {key: np.concatenate([part.features[key] for part in parts]) for key in parts[0].features},
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("truth", "sample", "frame", "particle", "usable")
        ),
    )


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            [Path(path) for path in snakemake.input.samples],
            Path(snakemake.output.table),
            [Path(path) for path in snakemake.input.potentials],
            **snakemake.params.settings,
            cutoff=snakemake.params.cutoff,
            folds=snakemake.params.folds,
            seed=snakemake.params.seed,
            interval=snakemake.params.interval,
        )
