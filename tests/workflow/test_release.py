"""Models that a run keeps, released into a clone that never ran anything, predict as in the run."""

import subprocess
import sys
from pathlib import Path

import pytest

from checkouts import ROOT, Checkout, copy_tree

#: Folders of kept models of the smoke run, and the released folders of the same models.
KEPT = {
    "glass/ka2d/kept/joint": "ka2d/joint",
    "dislocation/n100/kept/first_burst": "n100/first_burst",
    "crystal/surrogate/kept/gru": "crystal/fcc8/gru",
}
SAMPLES = ("glass/ka2d/samples", "dislocation/n100/samples", "crystal/fcc16/runs")


def predicted(root: Path, models: list[Path], samples: list[Path]) -> list[str]:
    """Return the digests that the library of a checkout gives, in a process of its own."""
    pairs = [str(path) for both in zip(models, samples, strict=True) for path in both]
    done = subprocess.run(
        [sys.executable, ROOT / "tests/predicted_digests.py", *pairs],
        cwd=root, env={"PYTHONPATH": str(root / "workflow"), "PATH": ""},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.slow
def test_released_models_predict_the_same_bytes_without_results(
    finished: Checkout, tmp_path: Path
) -> None:
    results = finished.root / "results/smoke"
    clone = copy_tree(tmp_path / "clone").root
    assert not (clone / "results/smoke").exists()
    before = [clone / "workflow/models" / name for name in KEPT.values()]
    samples = [min((results / folder).glob("*.h5")) for folder in SAMPLES]
    shipped = predicted(clone, before, samples)
    subprocess.run(
        [sys.executable, "docs/release_models.py", results], cwd=clone, check=True, timeout=60
    )
    own = predicted(finished.root, [results / name for name in KEPT], samples)
    assert predicted(clone, before, samples) == own
    assert len(own) == 16
    # The models that come with the repository learnt from other samples, and say something else.
    changed = {line.rsplit(" ", 1)[0] for line in set(own) - set(shipped)}
    assert {"glass log10_d2min@0.040", "curve stress", "rotations"} <= changed
