"""Keep one surrogate of crystals: fit it to all polycrystals, and write it with its card."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mechanist.core.atomic import write_text
from mechanist.core.narrowing import Json
from mechanist.core.progress import LOGGER, log_to
from mechanist.formats.tables import read_table
from mechanist.formats.voxel_paths import read_voxel_paths
from mechanist.learn.cube_models import CubeModel
from mechanist.predict.surrogate_card import surrogate_card
from mechanist.predict.surrogate_files import write_surrogate
from mechanist.predict.surrogate_keeping import SurrogateKeeping, keep_surrogate
from mechanist.settings.entry_types.crystal_systems_entries import CrystalMaterialEntry
from mechanist.settings.entry_types.surrogate_settings_entries import SurrogateModelEntry

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Keys of a score that the card keeps.
SHOWN: Final = ("metric", "target", "subset", "value", "low", "high", "level", "n_samples")


def main(
    samples: Path,
    predictions: Path,
    scores: Path,
    folder: Path,
    card: Path,
    *,
    model: SurrogateModelEntry,
    name: str,
    label: str,
    system: str,
    material_name: str,
    material: CrystalMaterialEntry,
    axis: str,
    strain: float,
    passes: int,
    level: float,
    seed: int,
    code: str,
) -> None:
    """Write ``model.json``, ``numbers.npz`` and the card of a surrogate.

    Parameters
    ----------
    samples : Path
        Voxel paths of all systems.
    predictions, scores : Path
        Predictions of the model, out of fold for its own system, and their scores.
    folder : Path
        Where the model is kept.
    card : Path
        The card for readers, Markdown.
    model : mapping
        Entry of the model.
    name, label, system, material_name, material, axis, passes, level
        As in :class:`mechanist.predict.surrogate_keeping.SurrogateKeeping`.
    strain : float
        Last strain of the system, positive in tension.
    seed : int
        Root seed.
    code : str
        Hash of the code that the model was made by.

    Raises
    ------
    ValueError
        If the system is in compression, the model names a descriptor, or cannot be kept.
    """
    if strain < 0:
        raise ValueError(
            f"system {system!r} is in compression; kept surrogates predict tension. Train them on a system"
            " with a positive strain, or leave `crystal/surrogate/kept` out"
        )
    if "descriptor" in model:
        raise ValueError(
            f"model {name!r} reads the descriptor {model['descriptor']!r}; only models that name their own"
            " fields can be kept"
        )
    keeping = SurrogateKeeping(
        system=system,
        name=name,
        label=label,
        material_name=material_name,
        material=material,
        axis=axis,
        passes=passes,
        level=level,
    )
    facts: dict[str, Json] = {"code": code, "scores": last_scores(scores)}
    kept = keep_surrogate(
        CubeModel.of(model),
        read_voxel_paths(samples),
        read_table(predictions),
        keeping,
        seed=seed,
        facts=facts,
    )
    write_surrogate(folder, kept)
    write_text(card, surrogate_card(kept))
    LOGGER.info("%s of %s, kept in %s", name, system, folder)


def last_scores(path: Path) -> list[Json]:
    """Return the scores at the last strain of each subset."""
    scores: list[Mapping[str, Json]] = json.loads(path.read_text(encoding="utf-8"))
    last = {str(score["subset"]): str(score["target"]) for score in scores}
    for score in scores:
        subset = str(score["subset"])
        last[subset] = max(last[subset], str(score["target"]))
    return [
        {key: score[key] for key in SHOWN}
        for score in scores
        if score["target"] == last[str(score["subset"])]
    ]


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input.samples),
            Path(snakemake.input.predictions),
            Path(snakemake.input.scores),
            Path(snakemake.output.model).parent,
            Path(snakemake.output.card),
            model=snakemake.params.model,
            name=snakemake.wildcards.model,
            label=snakemake.params.label,
            level=snakemake.params.level,
            seed=snakemake.params.seed,
            code=snakemake.params.code,
            **snakemake.params.origin,
        )
