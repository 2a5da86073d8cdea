"""Random damage to orientation maps: an error of the reader or the same values, never a traceback."""

from pathlib import Path

import numpy as np
import pytest

from crystal_files import ang_lines, ctf_lines
from mechanist.core.errors import FormatError
from mechanist.formats.orientation_field import OrientationMap
from mechanist.formats.orientation_maps import read_orientation_map

EULER = np.random.default_rng(5).uniform(0.1, 3.0, (5, 4, 3))
WHOLE = {"a.ang": ang_lines(EULER), "a.ctf": ctf_lines(np.degrees(EULER))}
TOKENS = [
    b"",
    b"-1",
    b"1e308",
    b"nan",
    b"99999999999999999999",
    b"\x00",
    b"\xff",
    b"x",
    b"0",
    b"\t",
]
CASES = 150


def text(name: str) -> bytes:
    """Return an undamaged map."""
    return "\n".join([*WHOLE[name], ""]).encode()


def damaged(data: bytes, random: np.random.Generator) -> bytes:
    """Return a text with one part taken away, doubled, replaced or cut off."""
    i = int(random.integers(len(data)))
    j = min(len(data), i + int(random.integers(1, 40)))
    kind = int(random.integers(5))
    if kind == 0:
        return data[:i] + data[j:]
    if kind == 1:
        return data[:i] + data[i:j] + data[i:]
    if kind == 2:
        return data[:i]
    if kind == 3:
        return data[:i] + bytes([int(random.integers(256))]) + data[i + 1 :]
    lines = data.split(b"\n")
    fields = lines[k := int(random.integers(len(lines)))].split()
    if fields:
        fields[int(random.integers(len(fields)))] = TOKENS[int(random.integers(len(TOKENS)))]
    return b"\n".join([*lines[:k], b"  ".join(fields), *lines[k + 1 :]])


def read(path: Path, data: bytes) -> OrientationMap:
    """Read these bytes."""
    path.write_bytes(data)
    return read_orientation_map(path)


@pytest.mark.parametrize("name", WHOLE)
def test_damage_is_an_error_of_the_reader(tmp_path: Path, name: str) -> None:
    random, refused = np.random.default_rng(7), []
    for _ in range(CASES):
        try:
            mapped = read(tmp_path / name, damaged(text(name), random))
        except FormatError as error:
            refused.append(str(error))
        else:
            assert np.isfinite(mapped.orientations).all()
    assert all(said.startswith(str(tmp_path / name)) for said in refused)
    assert CASES / 4 < len(refused) < CASES  # the damage is neither always nor never found


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("column", ["quality", "last"])
def test_what_is_not_used_changes_nothing(tmp_path: Path, name: str, column: str) -> None:
    whole = read(tmp_path / name, text(name))
    place = {"a.ang": {"quality": 5, "last": 9}, "a.ctf": {"quality": 8, "last": 10}}[name][column]
    lines = []
    for line in WHOLE[name]:
        fields = line.split()
        if len(fields) in (10, 11) and fields[0][0].isdecimal():
            fields[place] = str(len(lines))
            lines.append("\t".join(fields))
        else:
            lines.append(line)
    changed = read(tmp_path / name, "\n".join([*lines, ""]).encode())
    assert lines != WHOLE[name]
    np.testing.assert_array_equal(changed.orientations, whole.orientations)
    np.testing.assert_array_equal(changed.phases, whole.phases)
