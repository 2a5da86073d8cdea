"""Short readers of text formats, written apart from those of the library, for comparison.

They understand files as they are meant and refuse little: a file that a reader of the library
accepts must mean the same here.
"""

import csv
import gzip
import io
import re
import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

Arrays = dict[str, NDArray[Any]]
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def content(path: Path) -> str:
    """Return the text of a file: unpacked, in UTF-8 or Latin-1, with plain line ends."""
    data = path.read_bytes()
    data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16").replace("\r\n", "\n").replace("\r", "\n")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    text = text.replace("\r\n", "\n")
    return text if "\n" in text else text.replace("\r", "\n")


def fields_of(line: str) -> list[str]:
    """Return the fields of a row: Python's own ``split`` also counts control characters as blank."""
    return re.findall(r"[^ \t\v\f\r]+", line)


def numbers(fields: Iterable[str]) -> bool:
    """Return whether all fields are finite numbers as the formats write them."""
    return all(_NUMBER.fullmatch(f) and np.isfinite(float(f)) for f in fields)


def _frames(frames: list[dict[str, Any]]) -> Arrays:
    """Return the arrays of all frames, particles in order of their ids."""
    found: Arrays = {}
    for k, frame in enumerate(frames):
        order = np.argsort([int(i) for i in frame["ids"]], kind="stable")
        for name, values in frame.items():
            array = np.array([int(i) for i in values] if name == "ids" else values)
            found[f"{k} {name}"] = array[order] if name not in ("cell", "step") else array
    return found


def lammps_dump(path: Path) -> Arrays:
    """Read a dump of absolute coordinates or scaled ones."""
    frames = []
    for part in re.split(r"(?m)^ITEM: TIMESTEP *$", content(path))[1:]:
        lines = [fields_of(line) for line in part.strip("\n").split("\n")]
        step, count = int(lines[0][0]), int(lines[2][0])
        words, bounds = lines[3], np.array(lines[4:7], dtype=float)
        tilt = bounds[:, 2] if "xy" in words else np.zeros(3)
        low = bounds[:, 0] - [min(0, tilt[0], tilt[1], tilt[0] + tilt[1]), min(0, tilt[2]), 0]
        high = bounds[:, 1] - [max(0, tilt[0], tilt[1], tilt[0] + tilt[1]), max(0, tilt[2]), 0]
        cell = np.diag(high - low)
        cell[1, 0], cell[2, 0], cell[2, 1] = tilt
        if "abc" in words:
            cell, low = bounds[:, :3], bounds[:, 3]
        names = lines[7][2:]
        rows = lines[8 : 8 + count]
        column = {name: [row[i] for row in rows] for i, name in enumerate(names)}
        sets = [(axes, s) for axes in ("xyz", "xy") for s in ("", "u", "s", "su")]
        axes, style = next((a, s) for a, s in sets if all(f"{one}{s}" in column for one in a))
        flat = [column.get(f"{axis}{style}", ["0"] * count) for axis in "xyz"]
        places = np.array(flat, dtype=float).T
        places = places @ cell if style[:1] == "s" else places - low
        places[:, len(axes) :] = 0.0  # without z a frame is flat, and refused in three dimensions
        label = next(name for name in ("type", "typelabel", "element") if name in column)
        frame = {
            "step": step,
            "cell": cell,
            "ids": column["id"],
            "labels": column[label],
            "places": places,
        }
        used = ("id", label, *(f"{axis}{style}" for axis in "xyz"), "ix", "iy", "iz")
        frame |= {n: np.array(v, float) for n, v in column.items() if n not in used and numbers(v)}
        frames.append(frame)
    return _frames(frames)


def lammps_data(path: Path) -> Arrays:
    """Read a data file of style atomic."""
    lines = [line.partition("#")[0].split() for line in content(path).split("\n")]
    number = {" ".join(row[1:]): row[0] for row in lines if len(row) > 1}
    edges = {row[2]: row[:2] for row in lines if len(row) == 4 and row[2][1:] == "lo"}
    low, high = np.array([edges[f"{axis}lo"] for axis in "xyz"], dtype=float).T
    cell = np.diag(high - low)
    tilts = [row[:3] for row in lines if row[3:] == ["xy", "xz", "yz"]]
    if tilts:
        cell[1, 0], cell[2, 0], cell[2, 1] = np.array(tilts[0], dtype=float)
    begin = lines.index(["Atoms"]) + 1
    rows = [row for row in lines[begin:] if row][: int(number["atoms"])]
    places = np.array([row[2:5] for row in rows], dtype=float) - low
    ids, labels = [row[0] for row in rows], [row[1] for row in rows]
    return _frames([{"step": 0, "cell": cell, "ids": ids, "labels": labels, "places": places}])


def extxyz(path: Path) -> Arrays:
    """Read extended XYZ whose comment lines are words and ``key=value`` pairs."""
    lines, at, frames = content(path).split("\n"), 0, []
    while at < len(lines) and any(line.strip() for line in lines[at:]):
        count = int(lines[at])
        pairs = dict(word.partition("=")[::2] for word in shlex.split(lines[at + 1]))
        info = {key.lower(): value for key, value in pairs.items()}
        kinds = pairs["Properties"].split(":")
        rows = [fields_of(line) for line in lines[at + 2 : at + 2 + count]]
        column: dict[str, Any] = {}
        place = 0
        for name, kind, width in zip(kinds[::3], kinds[1::3], kinds[2::3], strict=True):
            part = np.array([row[place : place + int(width)] for row in rows])
            column[name] = part.astype(float) if kind in "RI" and numbers(part.ravel()) else part
            place += int(width)
        origin = np.array(pairs.get("Origin", "0 0 0").split(), dtype=float)
        step = info.get("timestep", "")
        frame = {
            "step": int(step) if re.fullmatch(r"-?\d+", step) else len(frames),
            "cell": np.array(pairs["Lattice"].split(), dtype=float).reshape(3, 3),
            "ids": [int(i) for i in column["id"][:, 0]],
            "labels": column["species" if "species" in column else "type"][:, 0],
            "places": column["pos"] - origin,
        }
        used = ("id", "species" if "species" in column else "type", "pos")
        frame |= {
            n: v[:, 0] if v.shape[1] == 1 else v
            for n, v in column.items()
            if n not in used and v.dtype.kind == "f"
        }
        frames.append(frame)
        at += 2 + count
    return _frames(frames)


def table(path: Path) -> Arrays:
    """Read a long table of u(x, t)."""
    rows = [
        r
        for r in csv.reader(io.StringIO(content(path).replace("\r", "\n")), skipinitialspace=True)
        if any(cell.strip() for cell in r) and r[0][:1] != "#"
    ]
    names = [name.strip() for name in rows[0]]
    x, t, u = (np.array([float(row[names.index(n)]) for row in rows[1:]]) for n in "xtu")
    xs, ts = np.unique(x), np.unique(t)
    field = np.full((len(xs), len(ts)), np.nan)
    field[np.searchsorted(xs, x), np.searchsorted(ts, t)] = u
    return {"x": xs, "t": ts, "u": field}


def dislocations(path: Path) -> Arrays:
    """Read lines of x, y and b."""
    rows = np.array(
        [line.split() for line in content(path).split("\n") if line.strip()], dtype=float
    )
    length = np.sqrt(len(rows) / 0.04)
    return {"places": (rows[:, :2] + 0.5) * length, "signs": rows[:, 2]}


def paradis(path: Path) -> Arrays:
    """Read a node file as a stream of numbers."""
    text = re.sub(r"#.*", "", content(path))
    head, _, body = text.partition("nodalData")
    corners = {
        name: np.array(
            re.split(r"[\s,]+", re.findall(rf"{name}\s*=\s*\[([^\]]*)\]", head)[-1].strip()),
            dtype=float,
        )
        for name in ("minCoordinates", "maxCoordinates")
    }
    stream = iter([float(word) for word in re.split(r"[\s,=]+", body) if word])
    tags, places, fixed, segments = [], [], [], []
    for first in stream:
        node = [first, *(next(stream) for _ in range(6))]
        tags.append(node[:2])
        places.append(node[2:5])
        fixed.append(node[6])
        for _ in range(int(node[5])):
            arm = [next(stream) for _ in range(8)]
            plane = np.array(arm[5:]) / (np.linalg.norm(arm[5:]) or 1.0)
            segments.append([*node[:2], *arm[:5], *plane])
    order = {tuple(tag): k for k, tag in enumerate(tags)}
    kept = [s for s in segments if order[tuple(s[:2])] < order[tuple(s[2:4])]]
    return {
        "tags": np.array(tags), "places": np.array(places), "fixed": np.array(fixed), **corners,
        "segments": np.array(sorted(kept)).reshape(-1, 10),
    }  # fmt: skip


def orientation_map(path: Path) -> Arrays:
    """Read rotation matrices of a map of one cubic phase, whose points lie on a square grid."""
    text = content(path)
    if text.startswith("Channel"):
        lines = text.split("\n")
        # The last such line stands above the points; tabs may be lost.
        at = max(k for k, line in enumerate(lines) if re.match(r"Phase\s", line))
        names = lines[at].split()
        wanted = [names.index(n) for n in ("Euler1", "Euler2", "Euler3", "X", "Y", "Phase")]
        fields = [line.replace(",", ".").split() for line in lines[at + 1 :] if line.strip()]
        rows = np.array([[row[k] for k in wanted] for row in fields], dtype=float)
        euler, lost = np.radians(rows[:, :3]), rows[:, 5] <= 0
    else:
        found = [
            line.split() for line in text.split("\n") if line.strip() and line.strip()[0] != "#"
        ]
        used = [[*row[:5], "0", *row[6:8]] for row in found]  # the quality of the image is not
        rows = np.array(used, dtype=float)
        euler = rows[:, :3]
        # A negative confidence, and in other programs a negative phase, mean: not indexed.
        lost = (rows[:, 6:] < 0).any(axis=1) | (np.abs(euler - 4 * np.pi) < 1e-2).all(axis=1)
    places = np.round(rows[:, 3:5] / 0.5) * 0.5  # readers forgive 5 % of the step
    order = np.lexsort((places[:, 1], places[:, 0]))
    euler = np.where(lost[:, None], 0.0, euler)
    turns = Rotation.from_euler("ZXZ", euler).as_matrix()
    return {
        "turns": turns[order],
        "indexed": ~lost[order],
        "low": places.min(0),
        "high": places.max(0),
    }
