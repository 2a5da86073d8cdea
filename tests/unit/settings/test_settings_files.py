"""The command line tells which files of settings are read; a broken one is named with its line."""

from pathlib import Path

import pytest

from mechanist.settings.settings_files import files_named
from scripts.run import unreadable


@pytest.mark.parametrize(
    ("arguments", "files"),
    [
        ([], []),
        (["glass", "--cores", "2", "--", "tour"], []),
        (["--configfile", "a.yaml", "b.yaml", "--quiet", "rules"], ["a.yaml", "b.yaml"]),
        (["glass", "--configfiles=a.yaml", "--cores=1", "--configfile", "b.yaml", "--", "tour"],
         ["a.yaml", "b.yaml"]),
    ],
)  # fmt: skip
def test_the_files_of_settings_are_found(arguments: list[str], files: list[str]) -> None:
    assert [str(path) for path in files_named(arguments)] == files


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("seed: 1\nglass: {run: [ka2d}\n", "mine.yaml:2: broken YAML"),
        ("seed: 1\n\tglass: 2\n", "mine.yaml:2: broken YAML"),
        (None, "mine.yaml: cannot be read"),
        ("seed: 1\n", ""),
    ],
)
def test_after_a_run_that_failed_the_broken_file_is_named(
    text: str | None, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if text is not None:
        Path("mine.yaml").write_text(text)
    said = unreadable.main(
        ["--quiet", "rules", "--cores", "1", "glass", "--configfile", "mine.yaml"]
    )
    assert said.startswith(told)
    assert bool(said) is bool(told)
