"""Releasing models copies what a run kept, with digests, and refuses a run that kept nothing."""

import hashlib
import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / "docs"))

from release_models import main  # noqa: E402


def test_kept_models_are_copied_with_digests(tmp_path: Path) -> None:
    kept = tmp_path / "results/glass/mine/kept/joint"
    kept.mkdir(parents=True)
    for name in ("model.json", "numbers.npz", "card.md", "other.txt"):
        (kept / name).write_text(name)
    surrogate = tmp_path / "results/crystal/surrogate/kept/gru"
    surrogate.mkdir(parents=True)
    for name in ("model.json", "numbers.npz", "card.md"):
        (surrogate / name).write_text('{"system": "fcc8"}')
    (tmp_path / "results/manifest.json").write_text('{"commit": "abc"}')
    main(tmp_path / "results", tmp_path / "models")
    assert sorted(p.name for p in (tmp_path / "models/mine/joint").iterdir()) == [
        "card.md",
        "model.json",
        "numbers.npz",
    ]
    manifest = json.loads((tmp_path / "models/manifest.json").read_text())
    assert manifest["commits"] == {"crystal/fcc8": "abc", "mine": "abc"}
    assert manifest["sha256"]["mine/joint/card.md"] == hashlib.sha256(b"card.md").hexdigest()
    assert len(manifest["sha256"]) == 6
    copied = (tmp_path / "models/crystal/fcc8/gru/card.md").read_bytes()
    digest = hashlib.sha256(copied).hexdigest()
    assert manifest["sha256"]["crystal/fcc8/gru/card.md"] == digest


def test_models_of_other_systems_stay_and_some_are_left_out(tmp_path: Path) -> None:
    for name in ("glass/mine/kept/joint", "dislocation/n9/kept/both", "dislocation/n9/kept/hand"):
        folder = tmp_path / "results" / name
        folder.mkdir(parents=True)
        for file in ("model.json", "numbers.npz", "card.md"):
            (folder / file).write_text(name)
    (tmp_path / "results/manifest.json").write_text('{"commit": "abc"}')
    old = tmp_path / "models/old/one"
    old.mkdir(parents=True)
    (old / "card.md").write_text("old")
    (tmp_path / "models/manifest.json").write_text('{"commits": {"old": "def"}}')
    main(tmp_path / "results", tmp_path / "models")
    manifest = json.loads((tmp_path / "models/manifest.json").read_text())
    assert manifest["commits"] == {"mine": "abc", "n9": "abc", "old": "def"}
    assert sorted({str(Path(name).parent) for name in manifest["sha256"]}) == [
        "mine/joint",
        "n9/both",
        "old/one",
    ]


def test_a_run_that_kept_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="run `snakemake kept_models` first"):
        main(tmp_path, tmp_path / "models")


@pytest.mark.parametrize("system", ["../../outside", "/tmp/outside", "..", "a/b", "", 3.5, None])
def test_a_card_that_names_a_place_outside_is_refused(tmp_path: Path, system: object) -> None:
    kept = tmp_path / "results/crystal/surrogate/kept/gru"
    kept.mkdir(parents=True)
    for name in ("model.json", "numbers.npz", "card.md"):
        (kept / name).write_text(json.dumps({"system": system}))
    (tmp_path / "results/manifest.json").write_text('{"commit": "abc"}')
    with pytest.raises(ValueError, match=r"gru/model\.json: system .*expected a name of letters"):
        main(tmp_path / "results", tmp_path / "deep/models")
    assert not (tmp_path / "deep").exists()
    assert not (tmp_path / "outside").exists()
