"""Check and import a user's simulation by one row of the sample sheet, as in config/README.md."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from checkouts import Checkout
from helpers import disordered
from mechanist.formats.lammps_dump import write_lammps_dump
from mechanist.formats.sample import read_sample
from mechanist.formats.trajectory import TrajectoryFrame
from mechanist.mechanics.loads import deformation_gradient, simple_shear
from mechanist.settings.sample_sheet import COLUMNS

ROW = {
    "wing": "glass", "system": "mine", "sample": "run1", "path": "data/run1.dump.zst",
    "format": "lammps_dump", "species": "1=A 2=B", "dimension": "2", "units": "lj",
    "load": "inferred", "reference": "0", "deformed": "all",
}  # fmt: skip


def write_run(path: Path) -> None:
    """Write a compressed trajectory of a sheared sample."""
    import zstandard

    reference = disordered(np.random.default_rng(0), dimension=2, tilt=0.0)
    frames = []
    for k, strain in enumerate((0.0, 0.01, 0.02)):
        f = deformation_gradient(simple_shear("xy"), strain, 2)
        frames.append(
            TrajectoryFrame(
                timestep=1000 * k,
                ids=np.arange(1, len(reference) + 1),
                species=reference.species,
                labels=("1", "2"),
                positions=reference.positions @ f.T,
                cell=reference.cell @ f.T,
            )
        )
    path.parent.mkdir(exist_ok=True)
    plain = path.with_suffix("")
    write_lammps_dump(plain, frames)
    path.write_bytes(zstandard.compress(plain.read_bytes()))
    plain.unlink()


@pytest.fixture
def place(checkout: Checkout) -> Iterator[Checkout]:
    """Yield a copy of the repository with a user's file; restore its sheet afterwards."""
    sheet = checkout.root / "config/samples.tsv"
    before = sheet.read_bytes()
    write_run(checkout.root / ROW["path"])
    yield checkout
    sheet.write_bytes(before)


def add(place: Checkout, **changes: str) -> None:
    with (place.root / "config/samples.tsv").open("a") as sheet:
        row = ROW | changes
        sheet.write("\t".join(row.get(name, "-") for name in COLUMNS) + "\n")


def test_one_row_is_checked_and_imported(place: Checkout) -> None:
    add(place)
    said = place.snakemake("check_data").stdout
    assert "64 particles: 43 A, 21 B; dimension 2" in said
    assert "load, inferred from the cells: strain tensor 0 0.5 0; 0.5 0 0; 0 0 0" in said
    assert "all 1 of your entries can be used" in said
    assert not (place.root / "results/imported").exists()
    place.snakemake("imports")
    sample = read_sample(place.root / "results/imported/mine/run1.h5")
    assert [frame.strain for frame in sample.loads["imported"].frames] == pytest.approx(
        [0.01, 0.02]
    )


def test_everything_wrong_is_told_at_once_and_nothing_runs(place: Checkout) -> None:
    add(place, sample="names", species="1=A")
    add(place, sample="absent", path="data/none.dump")
    add(place, sample="load", load="0 0,5 0; 0 0 0; 0 0 0")
    checked = place.snakemake("check_data", check=False)
    assert checked.returncode == 1
    said = checked.stdout + checked.stderr
    assert "0 of your entries can be used; 3 problems:" in said
    assert "samples.tsv:2: data/run1.dump.zst:" in said
    assert "species '2' has no name" in said
    for words in (
        "samples.tsv:3, column 'path': there is no file",
        "samples.tsv:4, column 'load': '0,5'",
    ):
        assert words in said
    for target in ("imports", "all"):
        refused = place.snakemake(target, "--dry-run", check=False)
        assert refused.returncode == 1
        told = refused.stdout + refused.stderr
        assert "config/samples.tsv is not valid:\n  config/samples.tsv:3" in told
        assert "WorkflowError" not in told  # the refusal alone, without the place in our code
        assert "Traceback" not in told
