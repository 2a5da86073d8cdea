"""Problems of the configuration are told with file and line."""

from pathlib import Path

import pytest

from mechanist.settings.key_places import located, tell_jobs, with_places

BASE = "seed: 1\nglass:\n  run: [a, b]\n  models:\n    one: {label: x}\n    two:\n      label: y\n"
OVER = "# mine\nglass:\n  models:\n    two: {label: z, colour: red}\n"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    monkeypatch.chdir(tmp_path)
    for name, text in (("base.yaml", BASE), ("over.yaml", OVER)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return [tmp_path / "base.yaml", tmp_path / "over.yaml"]


@pytest.mark.parametrize(
    ("problem", "place"),
    [
        ("seed: value 'a' is of type str", "base.yaml:1"),
        ("glass/run/1: no such name", "base.yaml:3"),
        ("glass/models/one/label: too short", "base.yaml:5"),
        ("glass/models/two/label: too short", "over.yaml:4"),
        ("glass/models/two: unknown key 'colour' Allowed: label", "over.yaml:4"),
        ("glass/models/two: missing 'role'", "over.yaml:4"),
        ("(top level): unknown key 'seed'; did you mean 'Seed'?", "base.yaml:1"),
        ("glass/models/one/estimator: nothing is known about: this", "base.yaml:5"),
        ("glass/models: two: label: 'y'; expected another", "over.yaml:4"),
        ("glass: run: 0: 'a'; expected another", "base.yaml:3"),
        ("glass: models/one: no key", "over.yaml:2"),
    ],
)
def test_a_problem_is_found_where_its_key_was_last_written(
    files: list[Path], problem: str, place: str
) -> None:
    message = with_places(f"the configuration is not valid:\n  {problem}", files)
    assert message == f"the configuration is not valid:\n  {place}: {problem}"


def test_keys_of_the_command_line_have_no_place(files: list[Path]) -> None:
    problem = "not valid:\n  seed: value 'a' is of type str"
    assert with_places(problem, files, overridden={"seed": "a"}) == problem
    assert with_places(problem, files, overridden={"glass": {}}) != problem


@pytest.mark.parametrize("line", ["  (top level): missing 'glass'", "  nowhere: is absent", "Note"])
def test_what_stands_in_no_file_is_left_as_it_is(files: list[Path], line: str) -> None:
    assert with_places(line, files) == line


def test_an_empty_overlay_is_no_obstacle(files: list[Path]) -> None:
    files[1].write_text("# nothing yet\n", encoding="utf-8")
    assert with_places("  seed: is odd", files) == "  base.yaml:1: seed: is odd"


@pytest.fixture
def told(files: list[Path], monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    monkeypatch.setenv("MECHANIST_CONFIGURATION", "")  # so that it is taken back afterwards
    tell_jobs(files, overridden={"seed"})
    return files


def test_jobs_are_told_where_the_configuration_stands(told: list[Path]) -> None:
    assert (
        located("glass/models/two: label: 'y'; wrong")
        == "over.yaml:4: glass/models/two: label: 'y'; wrong"
    )
    assert located("glass/models/one: data/a.npz: is absent") == (
        "base.yaml:5: glass/models/one: data/a.npz: is absent"
    )
    assert located("samples.tsv:2: data/a.npz: is absent") == "samples.tsv:2: data/a.npz: is absent"
    assert located("seed: is odd") == "seed: is odd"  # the command line sets it
    assert located("glass/run: a\nb") == "base.yaml:3: glass/run: a\nb"
    told[1].unlink()
    assert located("glass/run: is odd") == "glass/run: is odd"


def test_outside_a_workflow_nothing_is_added(
    files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    del files
    monkeypatch.delenv("MECHANIST_CONFIGURATION", raising=False)
    assert located("glass/run: is odd") == "glass/run: is odd"
