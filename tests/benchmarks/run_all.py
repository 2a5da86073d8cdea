"""Run every benchmark on one thread and combine the tables into one page (`make benchmarks`)."""

import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parents[1]
SECTIONS: Final = {
    "nonaffine_cost": "D2min against OVITO, and against the number of particles",
    "descriptor_cost": "Structural descriptors against DScribe, and against the number of particles",
    "particle_memory": "Time and memory of descriptors of up to a million particles",
    "linear_response_cost": "Linear response against dense linear algebra",
    "reading_cost": "Reading a LAMMPS dump, beside OVITO and ASE",
    "aqs_cost": "Quench and athermal quasistatic deformation",
    "dislocation_cost": "Dislocation samples against a plain program",
    "polycrystal_cost": "Polycrystals by grid, step and solver",
    "prediction_cost": "Prediction of a glass by a released model, beside loading it",
    "rotation_cost": "Prediction of a polycrystal by released surrogates, beside the engine",
    "equations": "Discovery of equations against PySINDy",
    "latent_seeds": "Starts of the autoencoder",
    "scan_directions": "Directions that a released model predicts, against quasistatic runs",
    "known_range": "How often released models report a glass as outside what they have seen",
}
THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


def table(name: str) -> str:
    """Run one benchmark and return its markdown."""
    path = os.pathsep.join([str(ROOT / "workflow"), str(ROOT / "tests")])
    environment = {**os.environ, **dict.fromkeys(THREADS, "1"), "PYTHONPATH": path}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "table.md"
        command = [sys.executable, str(HERE / f"{name}.py"), str(out)]
        subprocess.run(command, check=True, env=environment)
        return out.read_text(encoding="utf-8").strip()


def main(out: Path) -> None:
    """Write the page."""
    pages = [
        "# Costs",
        (
            f"Made by `make benchmarks`: CPU seconds on one thread, {platform.machine()}, Python"
            f" {platform.python_version()}. Ratios compare programs run in turn in one process;"
            " absolute times depend on the machine. For a run of your own, multiply the time of one"
            " sample or particle by their number; `make costs` prints what a finished run took."
            " The last two tables are no costs: they check released models on glasses made anew."
        ),
    ]
    for name, title in SECTIONS.items():
        sys.stderr.write(f"{name} ...\n")
        pages += [f"## {title}", f"`tests/benchmarks/{name}.py`", table(name)]
    out.write_text("\n\n".join(pages) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
