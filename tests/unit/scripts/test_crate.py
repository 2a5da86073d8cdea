"""The crate of a run is complete, names its authors, and is reproducible."""

import hashlib
import json
from pathlib import Path

import pytest

from mechanist.core.errors import FormatError
from mechanist.formats.manifest import Output, updated
from scripts.report import provenance_crate

DATE = "2026-01-01T00:00:00+00:00"
CITATION = """title: A workflow
message: Cite it.
license: MIT
version: 0.1.0
authors: [{name: Somebody}, {given-names: B, family-names: C}]
"""


@pytest.fixture
def finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repository after a run; it is also the working directory."""
    files = {
        "Snakefile": "rule all:", "CITATION.cff": CITATION, "LICENSE": "MIT", "requirements.lock": "a==1",
        "config/config.yaml": "seed: 1", "config/smoke.yaml": "seed: 2", "workflow/rules/a.smk": "rule a:",
        "workflow/scripts/__pycache__/a.pyc": "x", "workflow/scripts/a.py": "print()",
        "results/figures/a.svg": "<svg/>", "results/scores/a.json": "[]", "results/samples/a.h5": "bulk",
    }  # fmt: skip
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.chdir(tmp_path)
    outputs = [
        Output(Path(n), "make", "", measured=False, finished=1.0)
        for n in files
        if n.startswith("results")
    ]
    about = {"commit": "abc", "seed": 7, "python": "3.11", "packages": {"numpy": "2.4"}}
    updated(Path("results/manifest.json"), outputs, about, complete=True)
    return tmp_path


def pack(root: Path, name: str = "results/ro-crate", overlays: tuple[str, ...] = ()) -> Path:
    provenance_crate.main(
        Path("results/manifest.json"), Path(name), root=root, overlays=overlays, date=DATE
    )
    return root / name


def graph(crate: Path) -> dict[str, dict[str, object]]:
    content = json.loads((crate / "ro-crate-metadata.json").read_text())
    return {entity["@id"]: entity for entity in content["@graph"]}


def test_the_crate_holds_sources_and_results_but_no_bulk_data(finished: Path) -> None:
    crate = pack(finished)
    held = {str(p.relative_to(crate)) for p in crate.rglob("*") if p.is_file()}
    assert held == {
        "ro-crate-metadata.json", "Snakefile", "CITATION.cff", "LICENSE", "requirements.lock",
        "config/config.yaml", "config/smoke.yaml", "workflow/rules/a.smk", "workflow/scripts/a.py",
        "results/figures/a.svg", "results/scores/a.json", "results/manifest.json",
    }  # fmt: skip


def test_every_file_is_described_with_its_digest(finished: Path) -> None:
    crate = pack(finished)
    entities = graph(crate)
    for path in crate.rglob("*"):
        name = str(path.relative_to(crate))
        if path.is_file() and name != "ro-crate-metadata.json":
            assert entities[name]["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_who_what_and_how(finished: Path) -> None:
    entities = graph(pack(finished, overlays=("config/smoke.yaml",)))
    root = entities["./"]
    assert root["license"] == {"@id": "https://spdx.org/licenses/MIT"}
    assert root["datePublished"] == DATE
    assert root["mainEntity"] == {"@id": "Snakefile"}
    authors = [entities[f"#author-{k}"] for k in (1, 2)]
    assert [(a["@type"], a["name"]) for a in authors] == [
        ("Organization", "Somebody"),
        ("Person", "B C"),
    ]
    run = entities["#run"]
    assert "abc" in str(run["description"])
    assert run["object"] == [{"@id": "config/config.yaml"}, {"@id": "config/smoke.yaml"}]
    assert {"@id": "results/figures/a.svg"} in run["result"]  # type: ignore[operator]
    assert entities["#numpy-2.4"]["softwareVersion"] == "2.4"


def test_the_crate_can_be_read_back(finished: Path) -> None:
    from rocrate.rocrate import ROCrate

    crate = ROCrate(str(pack(finished)))
    assert crate.mainEntity.id == "Snakefile"
    assert crate.mainEntity["programmingLanguage"]["name"] == "Snakemake"
    assert len(crate.get_by_type("File")) == 11


def test_two_crates_are_equal_and_a_crate_replaces_the_last(finished: Path) -> None:
    first = pack(finished, "results/one")
    second = pack(finished, "results/two")
    name = "ro-crate-metadata.json"
    assert (first / name).read_bytes() == (second / name).read_bytes()
    (first / "left.txt").write_text("over")
    assert not (pack(finished, "results/one") / "left.txt").exists()


@pytest.mark.parametrize("damage", ["altered", "missing"])
def test_what_is_not_what_its_run_left_is_refused(finished: Path, damage: str) -> None:
    path = finished / "results/scores/a.json"
    path.write_text("[1]") if damage == "altered" else path.unlink()
    with pytest.raises(FormatError, match=r"a\.json: (altered after its run|missing)"):
        pack(finished)
    assert not (finished / "results/ro-crate").exists()


def test_without_a_finished_run_there_is_no_crate(finished: Path) -> None:
    (finished / "results/manifest.json").unlink()
    with pytest.raises(FormatError, match="there is no manifest"):
        pack(finished)
