"""Every problem of an entry is found, whatever kind of error reading it causes."""

import os
import signal
from pathlib import Path

import numpy as np
import pytest

from mechanist.core.errors import FormatError
from mechanist.imports import import_summary
from mechanist.imports.entry_check import check_apart, check_entry
from mechanist.imports.entry_errors import EntryError, entry_errors, files_of
from mechanist.settings.key_places import tell_jobs
from mechanist.settings.own_imports import Import

GLASS = {"format": "lammps_dump", "species": {"1": "A"}, "dimension": 3, "units": "lj"}


def glass(**entry: object) -> Import:
    return Import(("glass", "imports"), ("mine", "a"), {**GLASS, **entry}, "samples.tsv:4")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.dump", "b.dump"):
        Path(name).write_text("nothing\n")


@pytest.mark.parametrize(
    "error",
    [IndexError("index 5"), OSError("no filter"), EOFError(), TypeError("not a number"),
     MemoryError("much"), PermissionError(13, "Permission denied"), KeyError("x"),
     RecursionError("deep"), ZeroDivisionError("zero"), np.linalg.LinAlgError("singular")],
    ids=lambda error: type(error).__name__,
)  # fmt: skip
def test_any_error_is_a_problem_of_its_entry(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **options: object) -> None:
        raise error

    monkeypatch.setattr(import_summary, "import_sample", fail)
    lines, (problem,) = check_entry(glass(path="a.dump"))
    assert not lines
    assert str(problem).startswith(
        f"samples.tsv:4: a.dump: cannot be read: {type(error).__name__} at import_summary.py:"
    )
    assert problem.remedy
    assert problem.__cause__ is error


def test_an_invalid_entry_is_told_once_without_a_file() -> None:
    _, (problem,) = check_entry(glass(path="a.dump", format="dump"))
    assert str(problem).startswith("samples.tsv:4: format: 'dump'; expected one of")


def test_every_file_of_an_entry_is_told() -> None:
    _, problems = check_entry(glass(reference_path="a.dump", deformed_path="b.dump"))
    assert [str(p.path) for p in problems] == ["a.dump", "b.dump"]
    places = {"one.txt": "samples.tsv:2", "two.txt": "samples.tsv:3", "three.txt": "samples.tsv:4"}
    Path("one.txt").write_text("0.1 0.2 1\n0.3 0.2 -1\n")
    Path("two.txt").write_text("0.1 0.2\n")
    Path("three.txt").write_text("0.1 0.2 7\n")
    entry = {"path": list(places), "system": {"density": 0.04}}
    one = Import(("dislocation", "imports"), ("mine",), entry, "samples.tsv:2", places)
    told = [str(problem) for problem in check_entry(one)[1]]
    assert len(told) == 2
    assert told[0].startswith("samples.tsv:3: two.txt:1: 2 columns, expected three")
    assert told[1].startswith("samples.tsv:4: three.txt:1, column 'b': 7, expected 1 or -1")


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (signal.SIGSEGV, "it crashed a library (SIGSEGV). It looks damaged: fetch"),
        (signal.SIGKILL, "it crashed a library (SIGKILL). Memory may have run out"),
    ],
)
def test_a_crash_of_a_library_is_a_problem_of_its_entry(
    number: int, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*args: object, **options: object) -> None:
        signal.signal(number, signal.SIG_DFL) if number != signal.SIGKILL else None
        os.kill(os.getpid(), number)

    monkeypatch.setattr(import_summary, "import_sample", crash)
    lines, (problem,), _ = check_apart(glass(path="a.dump"))
    assert not lines
    assert problem.message.startswith(f"samples.tsv:4: a.dump: cannot be read: {told}")


def test_a_check_apart_tells_what_the_check_tells() -> None:
    one = glass(reference_path="a.dump", deformed_path="b.dump")
    apart = check_apart(one)
    lines, problems = check_entry(one)
    assert apart.lines == lines
    assert [p.message for p in apart.problems] == [str(error) for error in problems]
    assert [p.place for p in apart.problems] == ["samples.tsv:4"] * 2


def test_files_of_an_entry_in_every_form() -> None:
    entry = {"reference_path": "a", "deformed_path": ["b", "a", "c"], "format": "path"}
    assert files_of(entry) == (Path("a"), Path("b"), Path("c"))
    assert files_of({"path": "a"}) == (Path("a"),)


def test_errors_of_jobs_name_entry_file_and_remedy() -> None:
    with (
        pytest.raises(
            EntryError, match=r"^glass/imports/mine/a: a\.dump:2: is bad\. Mend it\."
        ) as c,
        entry_errors("glass/imports/mine/a", {"path": "a.dump"}),
    ):
        raise FormatError(Path("a.dump"), "is bad", remedy="Mend it.", line=2)
    assert (c.value.line, c.value.remedy) == (2, "Mend it.")
    with (
        pytest.raises(EntryError, match=r"mine/a: a\.dump: cannot be read: ZeroDivisionError"),
        entry_errors("mine/a", {"path": "a.dump"}),
    ):
        1 / 0  # noqa: B018


def test_entries_of_the_configuration_are_told_with_file_and_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MECHANIST_CONFIGURATION", "")  # so that it is taken back afterwards
    Path("mine.yaml").write_text(
        "glass:\n  imports:\n    mine:\n      a:\n        path: a.dump\n        format: dump\n"
        "equations:\n  imports:\n    mine:\n      axes:\n        x: x\n        t: [1]\n"
    )
    tell_jobs(["mine.yaml"])
    wrong = Import(("glass", "imports"), ("mine", "a"), GLASS | {"path": "a.dump", "format": "dump"},
                   "glass/imports/mine/a")  # fmt: skip
    _, (problem,) = check_entry(wrong)
    assert str(problem).startswith(
        "mine.yaml:6: glass/imports/mine/a: format: 'dump'; expected one"
    )
    good = Import(wrong.block, wrong.names, GLASS | {"path": "a.dump"}, wrong.place)
    _, (problem,) = check_entry(good)
    assert str(problem).startswith("mine.yaml:4: glass/imports/mine/a: a.dump:1: ")
    entry = {"path": "a.npz", "axes": {"x": "x", "t": [1]}, "fields": {"u": "u"}}
    axes = Import(("equations", "imports"), ("mine",), entry, "equations/imports/mine")
    _, (problem,) = check_entry(axes)
    assert str(problem).startswith("mine.yaml:12: equations/imports/mine: axes: t: [1]; expected")
    crashed = Import(good.block, good.names, good.entry, good.place)
    monkeypatch.setattr(
        import_summary, "import_sample", lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
    )
    (told,) = check_apart(crashed).problems
    assert told.message.startswith(
        "mine.yaml:4: glass/imports/mine/a: a.dump: cannot be read: it crashed"
    )
