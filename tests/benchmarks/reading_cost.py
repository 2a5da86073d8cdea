"""Time and memory of reading a LAMMPS dump, beside OVITO and ASE.

Run as ``python tests/benchmarks/reading_cost.py [table.md]``; without a path the table is printed. Programs
take turns, each time in a process of its own, which first reads a small file; OVITO and ASE are left out
where they are not installed.
"""

import json
import os
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "workflow"), str(ROOT / "tests")]

import numpy as np  # noqa: E402

from mechanist.core.atomic import write_text  # noqa: E402

#: Size of each dump, in bytes.
SIZE: Final = 95e6
FRAMES: Final = 1000
REPEATS: Final = 5
_CHILD: Final = """
import json, sys, time
from pathlib import Path
program, small, large = sys.argv[1:]
if program.startswith("ours"):
    from mechanist.formats.lammps_dump import read_lammps_dump
    two = lambda index, _: index in (0, 500)
    wanted = two if "two" in program else None
    read = lambda path: read_lammps_dump(Path(path), wanted=wanted)
elif program.startswith("OVITO"):
    from ovito.io import import_file
    def read(path):
        pipeline = import_file(path)
        frames = (0, 500) if "two" in program else range(pipeline.num_frames)
        return [pipeline.compute(k if k < pipeline.num_frames else 0) for k in frames]
else:
    from ase.io import read as ase_read
    read = lambda path: ase_read(path, index=":", format="lammps-dump-text")
def memory(kind):
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith(kind))
read(small)
before, start = memory("VmRSS"), time.process_time()
found = read(large)
seconds, grown = time.process_time() - start, memory("VmHWM") - before
arrays = {}
if program.startswith("ours"):
    for frame in found:
        for array in (frame.ids, frame.species, frame.positions, frame.rows):
            arrays[id(array)] = 0 if array is None else array.nbytes
print(json.dumps([seconds, grown, sum(arrays.values())]))
"""


def write_dump(path: Path, particles: int, frames: int) -> None:
    """Write a dump of particles in no order."""
    rng = np.random.default_rng(0)
    species = rng.integers(1, 3, particles).tolist()
    with path.open("w", encoding="ascii") as file:
        for k in range(frames):
            file.write(f"ITEM: TIMESTEP\n{k}\nITEM: NUMBER OF ATOMS\n{particles}\n")
            file.write(
                "ITEM: BOX BOUNDS pp pp pp\n" + 3 * "0 200\n" + "ITEM: ATOMS id type x y z\n"
            )
            places = rng.uniform(0, 200, (particles, 3)).tolist()
            for i, (x, y, z) in zip(rng.permutation(particles).tolist(), places, strict=True):
                file.write(f"{i + 1} {species[i]} {x:.10g} {y:.10g} {z:.10g}\n")


def cost(program: str, small: Path, large: Path) -> list[float]:
    """Return CPU seconds, growth of memory and bytes of the arrays that a program returns."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "workflow")}
    command = [sys.executable, "-c", _CHILD, program, str(small), str(large)]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return [float(number) for number in json.loads(done.stdout.splitlines()[-1])]


def table() -> list[str]:
    """Return table rows."""
    programs = ["ours"]
    programs += ["OVITO"] if find_spec("ovito") else []
    programs += ["ASE"] if find_spec("ase") else []
    rows = [
        f"A dump of {SIZE / 1e6:.0f} MB (id, type, x, y, z): median of {REPEATS} turns, and range.",
        "",
        "| frames | program | MB a CPU second | range | memory, MB | arrays, MB |",
        "|---|---|---|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder) / "small", Path(folder) / "large"
        write_dump(small, 1000, 1)
        for frames in (1, FRAMES):
            write_dump(large, round(SIZE / 45.2 / frames), frames)
            size = large.stat().st_size / 1e6
            turns = programs if frames == 1 else ["ours, two of them", "OVITO, two of them"][: len(programs)]  # fmt: skip
            costs: dict[str, list[list[float]]] = {program: [] for program in turns}
            for _ in range(REPEATS):
                for program in turns:
                    costs[program].append(cost(program, small, large))
            for program, found in costs.items():
                speeds = sorted(size / seconds for seconds, _, _ in found)
                grown = np.median([growth for _, growth, _ in found]) / 1e6
                arrays = found[0][2] / 1e6
                rows.append(
                    f"| {frames} | {program} | {np.median(speeds):.0f} | {speeds[0]:.0f} to"
                    f" {speeds[-1]:.0f} | {grown:.0f} | {f'{arrays:.1f}' if arrays else ''} |"
                )
    return rows


def main() -> None:
    """Print the table, or write it to the path given."""
    text = "\n".join([*table(), ""])
    if len(sys.argv) > 1:
        write_text(Path(sys.argv[1]), text)
    else:
        print(text)


if __name__ == "__main__":
    main()
