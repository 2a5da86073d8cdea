"""A run with other sizes has folders of its own; one that only adds entries goes on beside the rest."""

import json
import re
from pathlib import Path

import pytest

from mechanist.settings.own_folder import BESIDE, own_folders, refuse_without_defaults
from mechanist.settings.schema_errors import SettingsError
from mechanist.settings.settings_files import merged_settings, read_settings

ROOT = Path(__file__).parents[3]
SCHEMA = json.loads((ROOT / "workflow/schemas/config.schema.json").read_text())
DEFAULT = ROOT / "config/config.yaml"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def overlay(name: str, text: str) -> Path:
    path = Path(f"{name}.yaml")
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("glass: {systems: {ka2d: {samples: 7}}}", ["glass/systems/ka2d/samples"]),
        ("glass: {run: [ka2d, ka3d]}", ["glass/run"]),
        ("learning: {device: gpu}", ["learning/device"]),  # a default of the schema
        # A key that the file of the default run leaves out, without a default:
        (
            "glass: {systems: {ka2d: {own: {length: 1.0}}}}",
            ["glass/systems/ka2d/own"],
        ),
        ("seed: 4\nlearning: {folds: 3}", ["seed", "learning/folds"]),
    ],
)
def test_a_changed_setting_gives_folders_of_its_own(text: str, changed: list[str]) -> None:
    folders, keys = own_folders([DEFAULT, overlay("mine", text)], SCHEMA)
    assert folders == {
        "results": "results/mine",
        "logs": "logs/mine",
        "benchmarks": "benchmarks/mine",
    }
    assert keys == changed


@pytest.mark.parametrize(
    "text",
    [
        "",
        "learning: {device: cpu}",  # what the default run has too
        "own_data: {sheet: other.tsv}",
        "glass: {descriptors: {crowding: {kind: crowding}}, own: {mine: {models: [dummy]}}}",
        "equations:\n  imports: {mine: {path: a.npz}}\n  cases: {mine: {library: {degree: 3}}}",
        # Folders that the file itself names are those that the run has.
        "seed: 4\npathvars: {results: results/there, logs: logs/there, benchmarks: benchmarks/there}",
    ],
)
def test_what_changes_nothing_stays_where_it_is(text: str) -> None:
    assert own_folders([DEFAULT, overlay("mine", text)], SCHEMA) == ({}, [])
    assert own_folders([DEFAULT], SCHEMA) == ({}, [])


def test_sizes_of_the_workflow_keep_their_folders_whatever_is_added() -> None:
    mine = overlay("mine", "seed: 4")
    for size in ("smoke", "paper"):
        assert own_folders([DEFAULT, ROOT / f"config/{size}.yaml", mine], SCHEMA) == ({}, [])


def test_several_files_give_one_name_and_no_folder_of_the_default_run_is_taken() -> None:
    first, second = overlay("glass", "seed: 4"), overlay("my own size", "seed: 5")
    assert own_folders([DEFAULT, first], SCHEMA)[0]["results"] == "results/glass_run"
    assert own_folders([DEFAULT, first, second], SCHEMA)[0]["logs"] == "logs/glass_my_own_size"


def test_every_folder_of_results_is_known() -> None:
    texts = [path.read_text() for path in (ROOT / "workflow/rules").glob("*.smk")]
    texts += [path.read_text() for path in (ROOT / "workflow/mechanist/wings").glob("*.py")]
    named = {name for text in texts for name in re.findall(r"<results>/([\w-]+)(?=/|\"\))", text)}
    assert len(named) > 8
    assert named - {"manifest"} <= BESIDE | set(SCHEMA["properties"])
    assert named | {"smoke"} >= BESIDE


def test_a_run_without_the_default_settings_is_refused_in_one_sentence() -> None:
    with pytest.raises(
        SettingsError, match=r"^config/config.yaml: no such file in /.*: copy `config`"
    ):
        refuse_without_defaults([overlay("mine", "seed: 4")])
    Path("config").mkdir()
    Path("config/config.yaml").write_text("seed: 1")
    refuse_without_defaults(["mine.yaml", Path("config/config.yaml").absolute()])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: 1\nb: [1\nc: 2\n", r"^bad.yaml:3: broken YAML in column 2: .*flow sequence.*"),
        (
            "a: 1\n\tb: 2\n",
            r"^bad.yaml:2: broken YAML in column 1: .*\. YAML needs spaces, no tabs",
        ),
        (
            "glass:\n  run: []\n  kept: 1\n  run: [a]\n",
            r"^bad.yaml:4: key 'run' stands a second time \(first in line 2\); .*keep one of them$",
        ),
        ("- a\n- b\n", r"^bad.yaml:1: list .*; expected settings such as `seed: 1`"),
        ("glass\n", r"^bad.yaml:1: str 'glass'; expected settings"),
    ],
)
def test_a_broken_file_is_named_with_its_line(text: str, problem: str) -> None:
    with pytest.raises(SettingsError, match=problem):
        read_settings(overlay("bad", text))


def test_a_file_that_is_not_there_or_no_text_is_named() -> None:
    with pytest.raises(SettingsError, match=r"^gone.yaml: cannot be read \(No such file or dir"):
        read_settings(Path("gone.yaml"))
    Path("bad.yaml").write_bytes(b"seed: 1\n# \xe9\n")
    with pytest.raises(SettingsError, match=r"^bad.yaml: byte 10 is no text in UTF-8"):
        read_settings(Path("bad.yaml"))


def test_the_same_key_in_two_places_is_no_repetition() -> None:
    text = "a: &one {x: 1, y: {x: 2}}\nb: *one\nc:\n  <<: *one\n  x: 3\n"
    assert read_settings(overlay("fine", text)) == {
        "a": {"x": 1, "y": {"x": 2}},
        "b": {"x": 1, "y": {"x": 2}},
        "c": {"x": 3, "y": {"x": 2}},
    }


def test_later_files_override_key_by_key() -> None:
    first = overlay("first", "a: {x: 1, y: 2}\nb: [1, 2]\nc: 1")
    second = overlay("second", "a: {y: 3}\nb: [3]\n")
    assert merged_settings([first, second]) == {"a": {"x": 1, "y": 3}, "b": [3], "c": 1}
