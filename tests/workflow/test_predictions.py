"""Samples of a user's, predicted by the model that the smoke run keeps."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from checkouts import Checkout
from mechanist.api import load_curve_model, load_model, predict, predict_curve
from mechanist.describe.shared.nonaffine import d2min
from mechanist.draw.figure_data import check_written
from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import read_batch, signs
from mechanist.formats.lammps_dump import read_lammps_dump, write_lammps_dump
from mechanist.formats.sample import read_sample
from mechanist.formats.trajectory import TrajectoryFrame

HEADER = (
    "wing\tsystem\tsample\tgroup\tpath\tformat\tspecies\tdimension\tunits\tload\treference\tdeformed"
    "\ttarget\toptions\n"
)
KEPT = Path("results/smoke/glass/ka2d/kept/joint")


@pytest.fixture(scope="module")
def root(finished: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("predicted") / "repository"
    shutil.copytree(finished.root, copy, symlinks=True)
    return copy


def frame_of(c: Configuration, path: Path) -> TrajectoryFrame:
    return TrajectoryFrame(
        timestep=7,
        ids=np.arange(101, 101 + len(c)),
        species=c.species,
        labels=("1", "2"),
        positions=c.positions,
        cell=c.cell,
        origin=np.zeros(3),
        periodic=(True, True, True),
        axes="xyz",
        extra={"mark": np.arange(len(c)) % 3},
        path=path,
    )


def row(name: str, file: str, load: str, *, units: str = "lj", species: str = "1=A 2=B") -> str:
    cells = ["glass", "ka2d", name, "-", file, "lammps_dump", species, "2", units, load, *"----"]
    return "\t".join(cells) + "\n"


def edges(root: Path) -> str:
    """Write a relaxed dislocation sample of the run as a table; return a good row and a bad one."""
    batch = next((root / "results/smoke/dislocation/n100/samples").glob("*.h5"))
    start = read_batch(batch)[0].branches["undeformed"].start
    marks = zip(start.positions.tolist(), signs(start), strict=True)
    rows = [f"{x!r},{y!r},{s:.0f}" for (x, y, _), s in marks]
    (root / "edges.csv").write_text("\n".join(["x,y,b", *rows]) + "\n")
    side = float(start.cell[0, 0])
    found = ""
    for name, height in (("forward", side), ("long", 1.4 * side)):
        cells = ["dislocation", "n100", name, "-", "edges.csv", "csv", "-", "2", *"-----"]
        found += "\t".join([*cells, f"{{box: [{side!r}, {height!r}]}}"]) + "\n"
    return found


@pytest.mark.slow
def test_good_rows_are_predicted_and_bad_ones_are_told(root: Path) -> None:
    glass = read_sample(next((root / "results/smoke/glass/ka2d/samples").glob("*.h5"))).reference
    write_lammps_dump(root / "mine.dump", [frame_of(glass, root / "mine.dump")])
    (root / "config/predict.tsv").write_text(
        HEADER
        + row("mine", "mine.dump", "simple_shear xy, uniaxial -x")
        + row("everywhere", "mine.dump", "scan")
        + row("metal", "mine.dump", "scan", units="metal")
        + row("copper", "mine.dump", "scan", species="1=A 2=Cu")
        + row("swollen", "mine.dump", "1 0 0; 0 1 0; 0 0 0")
        + edges(root)
    )
    done = Checkout(root).smoke("predict", check=False)
    assert done.returncode == 1
    told = done.stdout + done.stderr
    assert "config/predict.tsv:4" in told
    assert "units 'metal'; model 'joint' of system 'ka2d' has seen samples in 'lj' units" in told
    assert "config/predict.tsv:5" in told
    assert "species ['Cu']; model 'joint' of system 'ka2d' knows ['A', 'B']" in told
    assert "config/predict.tsv:6" in told
    assert "trace" in told

    assert "config/predict.tsv:8: the box is" in told
    curves = root / "results/smoke/predicted/n100"
    assert [path.name for path in curves.iterdir()] == ["forward"]
    curve = pd.read_parquet(curves / "forward/curve.parquet")
    said = json.loads((curves / "forward/summary.json").read_text())
    assert said["model"] == "n100/first_burst"
    assert curve["stress"].gt(0).all()
    # Taylor's law knows the density alone, and is the same function of it for every sample.
    kept = load_curve_model(root / "results/smoke/dislocation/n100/kept/taylor")
    x, y, b = np.loadtxt(root / "edges.csv", delimiter=",", skiprows=1).T
    alone = predict_curve(kept, np.column_stack([x, y]), b, box=said["side"])
    known = alone.table.set_index("strain")["stress"].reindex(curve["strain"])
    np.testing.assert_allclose(curve["taylor"], known, rtol=1e-6)
    assert (root / "results/smoke/figures/predicted/n100_forward.png").exists()

    folder = root / "results/smoke/predicted/ka2d"
    assert sorted(path.name for path in folder.iterdir()) == ["everywhere", "mine"]
    table = pd.read_parquet(folder / "mine/particles.parquet")
    found = predict(load_model(root / KEPT), glass, loads=["simple_shear xy", "uniaxial -x"])
    for column in ("log10_d2min@0.020", "plastic@0.040"):
        np.testing.assert_allclose(table[column], found.table[column], rtol=1e-6)
    assert table["load"].unique().tolist() == ["shear_xy", "compression_x"]
    assert table["id"].tolist() == [*range(101, 101 + len(glass))] * 2

    (written,) = read_lammps_dump(folder / "mine/particles.dump")
    assert written.ids.tolist() == list(range(101, 101 + len(glass)))
    np.testing.assert_allclose(written.positions, glass.positions)
    np.testing.assert_array_equal(written.extra["mark"], np.arange(len(glass)) % 3)
    rows = table[table["load"] == "compression_x"]
    np.testing.assert_allclose(
        written.extra["plastic_compression_x_0p04"], rows["plastic@0.040"], rtol=1e-6
    )
    summary = json.loads((folder / "everywhere/summary.json").read_text())
    assert (summary["scan"], len(summary["loads"]), summary["outside"]) == (True, 36, [])
    scanned = pd.read_parquet(folder / "everywhere/particles.parquet")
    assert len(scanned) == 36 * len(glass)
    # Simple shear in the plane x-y stretches along 45 degrees.
    diagonal = scanned[scanned["load"] == "tension_045_degrees"]
    np.testing.assert_allclose(
        diagonal["log10_d2min@0.020"],
        table.loc[table["load"] == "shear_xy", "log10_d2min@0.020"],
        atol=1e-3,
    )
    for name in ("mine", "everywhere"):
        assert (root / f"results/smoke/figures/predicted/ka2d_{name}.png").exists()

    from ovito.io import import_file

    data = import_file(str(folder / "mine/particles.dump")).compute()
    assert "plastic_shear_xy_0p02" in data.particles
    assert len(data.particles.positions) == len(glass)


@pytest.mark.slow
def test_a_damaged_model_is_refused_by_name(root: Path) -> None:
    numbers = root / KEPT / "numbers.npz"
    content = bytearray(numbers.read_bytes())
    content[len(content) // 2] ^= 1
    numbers.write_bytes(content)
    done = Checkout(root).smoke("predict", check=False)
    assert done.returncode == 1
    assert "kept/joint/numbers.npz: sha256" in done.stdout + done.stderr


@pytest.mark.slow
def test_kept_models_are_tested_on_glasses_that_they_have_not_seen(finished: Checkout) -> None:
    results = finished.root / "results/smoke"
    table = pd.read_csv(results / "glass/ka2d/unseen.csv")
    assert {(row.model, row.test) for row in table.itertuples()} == {
        (model, test) for model in ("joint", "elastic_step") for test in ("ka2d", "dense")
    }
    check_written(results / "glass/ka2d/unseen.csv")
    check_written(results / "figures/ka2d/unseen.csv")
    assert (results / "figures/ka2d/unseen.pdf").is_file()
    card = (results / "glass/ka2d/kept/joint/card.md").read_text()
    assert "| density 1.25 | 0.02 |" in card

    model, target = load_model(finished.root / KEPT), "log10_d2min@0.020"
    found = []
    for path in sorted((results / "glass/ka2d/unseen/dense").glob("*.h5")):
        sample = read_sample(path)
        n = len(sample.reference)
        assert n / sample.reference.measure == pytest.approx(1.25)
        state = sample.loads["shear_forward"].frame(0.02).configuration
        truth = np.log10(d2min(sample.reference, state, 2.0).per_neighbour)
        said = predict(model, sample.reference, loads=["simple_shear xy"]).table[target]
        found.append(spearmanr(truth, said).statistic)
    rows = table.set_index(["model", "test", "target", "metric"])["value"]
    assert rows["joint", "dense", target, "spearman"] == pytest.approx(np.mean(found), abs=1e-9)
