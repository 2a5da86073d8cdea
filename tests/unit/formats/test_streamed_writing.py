"""Large files are written piece by piece, with the bytes of lines that are written at once."""

import gzip
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as parquet
import pytest

from mechanist.formats.described_columns import Column
from mechanist.formats.extxyz import write_extxyz
from mechanist.formats.lammps_dump import write_lammps_dump
from mechanist.formats.tables import column_metadata, read_table, write_tables
from mechanist.formats.text import write_lines
from mechanist.formats.trajectory import TrajectoryFrame

#: More than are held at once, and no multiple of that number.
ROWS = 23_457


def frame(n: int) -> TrajectoryFrame:
    rng = np.random.default_rng(1)
    return TrajectoryFrame(
        timestep=5,
        ids=np.arange(1, n + 1),
        species=rng.integers(0, 2, n),
        labels=("A", "B"),
        positions=rng.random((n, 3)),
        cell=np.eye(3),
        units="lj",
        extra={"value": rng.random(n), "flag": rng.random(n) > 0.5},
    )


def test_packed_lines_are_those_packed_at_once(tmp_path: Path) -> None:
    lines = [f"{k} {k * k}" for k in range(ROWS)]
    data = "".join(f"{line}\n" for line in lines).encode()
    write_lines(tmp_path / "plain.txt", iter(lines))
    assert (tmp_path / "plain.txt").read_bytes() == data
    write_lines(tmp_path / "packed.gz", iter(lines))
    assert gzip.decompress((tmp_path / "packed.gz").read_bytes()) == data
    write_lines(tmp_path / "again.gz", lines)
    assert (tmp_path / "again.gz").read_bytes() == (tmp_path / "packed.gz").read_bytes()


def test_every_particle_has_its_line_in_dump_and_extended_xyz(tmp_path: Path) -> None:
    f = frame(ROWS)
    write_lammps_dump(tmp_path / "a.dump", [f])
    write_extxyz(tmp_path / "a.xyz", [f])
    dump = (tmp_path / "a.dump").read_text().splitlines()
    xyz = (tmp_path / "a.xyz").read_text().splitlines()
    assert (len(dump), len(xyz)) == (11 + ROWS, 2 + ROWS)
    assert dump[10] == "ITEM: ATOMS id element x y z value flag"
    for k in (0, 9_999, 10_000, 19_999, ROWS - 1):
        label, (x, y, z) = f.labels[f.species[k]], f.positions[k].tolist()
        value, flag = f.extra["value"][k].item(), bool(f.extra["flag"][k])
        assert dump[11 + k] == f"{k + 1} {label} {x} {y} {z} {value} {flag}"
        assert xyz[2 + k] == f"{label} {x} {y} {z} {k + 1} {value} {'T' if flag else 'F'}"


@pytest.mark.parametrize("write", [write_lammps_dump, write_extxyz])
def test_writing_holds_less_than_the_file(
    write: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(write)
    monkeypatch.setattr("mechanist.formats.text._LINES_AT_ONCE", 500)
    f = frame(ROWS)
    tracemalloc.start()
    write(tmp_path / "a", [f])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 0.8 * (tmp_path / "a").stat().st_size


def test_tables_become_groups_of_rows_of_one_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mechanist.formats.tables._GROUP_ROWS", 10)

    def parts() -> Iterator[pd.DataFrame]:
        for k in range(5):
            load = pd.Categorical.from_codes([k] * 4, list("abcde"))
            yield pd.DataFrame({"load": load, "object": np.arange(4), "value": np.full(4, k / 8)})

    path = tmp_path / "t.parquet"
    write_tables(path, parts(), columns={"value": Column("1", "Any value.")})
    file = parquet.ParquetFile(path)
    assert [file.metadata.row_group(k).num_rows for k in range(file.num_row_groups)] == [8, 8, 4]
    found = read_table(path)
    assert found["load"].tolist() == [x for x in "abcde" for _ in range(4)]
    assert found["value"].tolist() == [k / 8 for k in range(5) for _ in range(4)]
    told = column_metadata(path)
    assert set(told) == {"load", "object", "value"}
    assert told["value"] == {"unit": "1", "description": "Any value.", "range": "any"}


def test_a_table_that_fails_midway_leaves_no_file(tmp_path: Path) -> None:
    def parts() -> Iterator[pd.DataFrame]:
        yield pd.DataFrame({"value": np.zeros(1 << 20)})
        yield pd.DataFrame({"value": np.zeros(1)})
        raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        write_tables(tmp_path / "t.parquet", parts())
    assert list(tmp_path.iterdir()) == []
