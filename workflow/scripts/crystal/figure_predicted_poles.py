"""Draw pole figures of a polycrystal before loading and as a kept surrogate predicts it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from mechanist.core.progress import log_to
from mechanist.draw.meanings.figures_of_crystals import FIGURES
from mechanist.draw.pole_figures import draw_pole_figures, pole_densities, pole_table
from mechanist.draw.style import save_figure, styled
from mechanist.formats.predicted_orientations import read_predicted_orientations
from mechanist.predict.rotation_summary import RotationSummary

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Most voxels that are counted; of more, every second, third and so on is.
MOST: Final = 20_000


@styled()
def main(
    *,
    orientations: Path,
    summary: Path,
    stem: Path,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw two families of poles before loading and at the last predicted strain.

    Parameters
    ----------
    orientations : Path
        Predicted orientations.
    summary : Path
        What they are.
    stem : Path
        Figure files without their suffix.
    metadata : mapping, optional
        Kept in the files.
    """
    said: RotationSummary = json.loads(summary.read_text(encoding="utf-8"))
    found = read_predicted_orientations(orientations)
    voxels = found.grains.size
    every = -(-voxels // MOST)
    frames = {
        state: found.orientations[k].reshape(-1, 4)[::every].astype(float)
        for state, k in (("before", 0), ("after", -1))
    }
    places, densities = pole_densities(frames, found.lattice)
    counted = f"{voxels} voxels" if every == 1 else f"one in {every} of {voxels} voxels"
    grains = len(np.unique(found.grains))
    figure = draw_pole_figures(
        places,
        densities,
        axis=found.axis,
        strains={"before": 0.0, "after": float(found.strains[-1])},
        about=f"before loading and predicted; {counted}, {grains} grains",
    )
    save_figure(
        figure,
        stem,
        pole_table(places, densities),
        title="Pole figures before loading and as predicted",
        units={"x": "1", "y": "1", "density": "multiples of random"},
        columns=FIGURES["poles"],
        metadata={
            **(metadata or {}),
            "model": said["model"],
            "outside": "; ".join(said["outside"]),
        },
    )


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            orientations=Path(snakemake.input.orientations),
            summary=Path(snakemake.input.summary),
            stem=Path(snakemake.output.pdf).with_suffix(""),
            metadata=snakemake.params.metadata,
        )
