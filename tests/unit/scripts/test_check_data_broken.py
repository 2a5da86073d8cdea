"""A sheet with a broken row of every format: check_data tells all of them, in the sheet's order."""

import copy
import json
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from crystal_files import ctf_lines
from format_files import CELLS, WRITERS, write_format
from mechanist.command.user_data import DataError
from mechanist.command.user_data import check_user_data as main
from mechanist.formats.text import write_lines
from mechanist.imports import import_summary
from mechanist.imports.entry_errors import EntryError
from mechanist.settings.sample_sheet import COLUMNS
from scripts.crystal import import_samples as crystal_job
from scripts.crystal import lines as lines_job
from scripts.dislocation import import_samples as dislocation_job
from scripts.equations import import_samples as field_job
from scripts.glass import import_samples as glass_job
from sheet_formats import SCHEMA, accepted_formats

CONFIG = yaml.safe_load((Path(__file__).parents[3] / "config/config.yaml").read_text())


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write_broken(wing: str, form: str) -> Path:
    """Write a file that ends in its middle."""
    path = write_format(wing, form)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 3 // 5])
    return path


def row(number: int, wing: str, form: str, path: Path | str) -> dict[str, str]:
    cells = {"wing": wing, "system": f"s{number}", "sample": "a", "path": str(path), "format": form}
    return cells | (CELLS.get(form) or CELLS[wing])


def problems_of(rows: list[dict[str, str]]) -> list[str]:
    lines = [COLUMNS, *([cells.get(name, "-") for name in COLUMNS] for cells in rows)]
    Path("samples.tsv").write_text("".join("\t".join(line) + "\n" for line in lines))
    settings: dict[str, Any] = copy.deepcopy(CONFIG)
    settings["equations"]["cases"] |= {cells["system"]: {} for cells in rows}
    with pytest.raises(DataError) as caught:
        main(Path("samples.tsv"), settings=settings, schema=json.loads(json.dumps(SCHEMA)))
    return str(caught.value).splitlines()


def test_one_broken_row_of_every_format_is_told_with_line_and_file() -> None:
    formats = accepted_formats()
    assert ("glass", "gsd") in formats
    assert ("crystal", "map") in formats
    assert ("crystal", "paradis") in formats
    assert ("dislocation", "dislocation_text") in formats
    rows = [row(k, *one, write_broken(*one)) for k, one in enumerate(formats)]
    write_lines(Path("cut.ctf"), ctf_lines(np.zeros((4, 4, 3)), laue=11)[:-7])
    rows.append(row(len(rows), "crystal", "map", "cut.ctf"))
    rows.append(row(len(rows), "glass", "lammps_dump", "absent.dump"))
    first, *told = problems_of(rows)
    assert first == f"0 of your entries can be used; {len(rows)} problems:"
    assert len(told) == len(rows)
    for number, (line, cells) in enumerate(zip(told, rows, strict=True), start=1):
        assert line.startswith(f"  {number}. samples.tsv:{number + 1}"), line
        assert cells["path"] in line
        assert re.search(r"\. [A-Z][^.]+", line), line  # a sentence that says what to do


def test_good_rows_count_beside_a_broken_one_of_their_format(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A good row and a broken one of every format, in turns."""
    known = accepted_formats()
    assert set(known) == set(WRITERS), "write a valid file of these in tests/format_files.py"
    rows = []
    for k, one in enumerate(known):
        broken = Path(f"broken_{k}{write_format(*one).suffix}")
        write_broken(*one).rename(broken)
        cells = row(2 * k + 1, *one, broken)
        named = cells.get("options", "").replace("equations_npy", broken.stem)  # .npy by its name
        rows += [row(2 * k, *one, write_format(*one)), cells | {"options": named or "-"}]
    first, *told = problems_of(rows)
    assert first == f"{len(known)} of your entries can be used; {len(known)} problems:"
    for k, line in enumerate(told):
        assert line.startswith(f"  {k + 1}. samples.tsv:{2 * k + 3}"), line
        assert f"broken_{k}." in line
        assert re.search(r"\. [A-Z][^.]+", line), line
    shown = capsys.readouterr().out
    assert [k for k in range(len(known)) if f"(samples.tsv:{2 * k + 2})" not in shown] == []


FOREIGN = {
    "empty": b"", "blank": b"\n\n", "binary": bytes(range(256)) * 4, "web page": b"<!DOCTYPE html>\n<html></html>\n",
    "pointer of Git LFS": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n",
    "utf-16": "1 2 3\n".encode("utf-16"), "bzip2": b"BZh91AY&SY" + bytes(40),
}  # fmt: skip


@pytest.mark.parametrize("what", FOREIGN)
def test_foreign_content_in_every_format_is_a_problem_of_its_row(what: str) -> None:
    known = accepted_formats()
    rows = []
    for k, (wing, form) in enumerate(known):
        path = Path(f"foreign_{k}{write_format(wing, form).suffix}")
        path.write_bytes(FOREIGN[what])
        rows.append(row(k, wing, form, path))
    first, *told = problems_of(rows)
    assert first == f"0 of your entries can be used; {len(known)} problems:"
    for k, line in enumerate(told):
        assert line.startswith(f"  {k + 1}. samples.tsv:{k + 2}"), line
        assert f"foreign_{k}." in line
        assert " at " not in line.partition(" cannot be read: ")[2], line  # foreseen by the reader
        assert re.search(r"\. [A-Z][^.]+", line), line


def test_an_error_that_no_reader_foresees_hides_no_other_row(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The case of a map that ended check_data with a traceback, before rows with other problems."""

    def fail(*args: object) -> None:
        raise IndexError("index 2 is out of bounds for axis 0 with size 2")

    good = write_format("crystal", "map")
    shutil.copy(good, "last.ang")
    monkeypatch.setattr(import_summary, "import_crystal", fail)
    dump = write_format("glass", "lammps_dump")
    Path("cut.dump").write_bytes(dump.read_bytes()[:-30])
    first, *told = problems_of([
        row(1, "glass", "lammps_dump", dump),
        row(2, "crystal", "map", "last.ang"),
        row(3, "glass", "lammps_dump", "cut.dump"),
        row(4, "glass", "lammps_dump", dump) | {"dimension": "4", "species": "A"},
    ])  # fmt: skip
    assert first == "1 of your entries can be used; 4 problems:"
    assert [line.split(":")[1].split(",")[0] for line in told] == ["3", "4", "5", "5"]
    assert "last.ang: cannot be read: IndexError at import_summary.py:" in told[0]
    assert "report it with the file and the traceback in the log" in told[0]


def test_import_jobs_name_entry_file_and_the_kind_of_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **options: object) -> None:
        raise IndexError("index 2 is out of bounds")

    jobs = {
        "glass/imports/mine/a": (
            glass_job, "import_sample", {"entry": {"path": "x"}, "sample": "a", "system": "mine"},
        ),
        "equations/imports/mine": (
            field_job, "import_fields", {"entry": {"path": "x"}, "name": "mine"},
        ),
        "crystal/imports/mine": (
            crystal_job, "import_crystal", {"entry": {"path": "x"}, "name": "mine"},
        ),
        "dislocation/imports/mine": (
            dislocation_job, "read_dislocation_text",
            {"files": [Path("x")], "system": "mine", "entry": {"density": 0.04}},
        ),
    }  # fmt: skip
    for place, (job, reader, options) in jobs.items():
        monkeypatch.setattr(job, reader, fail)
        with pytest.raises(EntryError) as caught:
            job.main(Path("out.h5"), **options)
        assert re.match(
            rf"{place}: x: cannot be read: IndexError at \w+\.py:\d+ ", str(caught.value)
        )
        assert isinstance(caught.value.__cause__, IndexError)
        assert not Path("out.h5").exists()
    monkeypatch.setattr(lines_job, "import_network", fail)
    entry = {"systems": "fcc12", "burgers": 2.5e-10, "grid": [4, 4, 4]}
    out = {"densities": Path("d.parquet"), "fields": Path("f.h5")}
    with pytest.raises(EntryError, match=r"^crystal/lines/mine: x: cannot be read: IndexError at"):
        lines_job.main(**out, files=[Path("x")], entry=entry, name="mine")
