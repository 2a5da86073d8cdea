"""Models that this workflow has learnt, from Python.

Read a kept model once, then predict configurations by it::

    >>> from mechanist.api import load_model, predict
    >>> model = load_model("results/glass/ka2d/kept/joint")
    >>> predicted = predict(model, atoms, loads=["simple_shear xy"])
    >>> predicted.table

Read a found law once, then follow it from a state of your own, with the band of its coefficients' errors::

    >>> from mechanist.api import forward, load_law
    >>> law = load_law("results/equations/density/laws/weak")
    >>> followed = forward(law, {"rho": rho}, times, axes={"x": x})
    >>> followed.mean["rho"], followed.low["rho"], followed.high["rho"]

A material with Voce hardening, as ``results/crystal/materials`` or a ``material.yaml`` of DAMASK holds it,
becomes a crystal with its hardening law, which the engine loads::

    >>> from mechanist.api import load_material
    >>> crystal, hardening = load_material("results/crystal/materials/copper.yaml")

A configuration is a :class:`mechanist.formats.configuration.Configuration` or an ``ase.Atoms``. The
table has a row for each particle under each load, and the columns that
:func:`mechanist.predict.particle_predictions.predict_particles` lists. Polycrystals are predicted by
:mod:`mechanist.predict.surrogates`.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from mechanist.core.typing import BoolArray, FloatArray
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.slip_law import Flow, SlipLaw
from mechanist.mechanics.slip_systems import SlipSystems
from mechanist.predict.asked import named_loads
from mechanist.predict.curves import load_curve_model, predict_curve
from mechanist.predict.kept_files import read_kept
from mechanist.predict.kept_model import KeptModel
from mechanist.predict.law_files import load_law
from mechanist.predict.law_forward import forward
from mechanist.predict.load_scan import LoadScan, scan_loads
from mechanist.predict.particle_predictions import Predicted, as_seen_by, predict_particles
from mechanist.predict.surrogates import load_surrogate, predict_rotations
from mechanist.settings.sheet_cells import load_of
from mechanist.settings.sheet_errors import CellError
from mechanist.simulate.crystal_law import HardeningLaw
from mechanist.simulate.crystal_law_flow import Crystal
from mechanist.simulate.damask_export import read_damask
from mechanist.simulate.parameter_files import read_law_parameters, read_material_parameters

__all__ = [
    "configuration_of",
    "forward",
    "load_curve_model",
    "load_law",
    "load_material",
    "load_model",
    "load_slip_law",
    "load_surrogate",
    "predict",
    "predict_curve",
    "predict_rotations",
    "scan",
]


class Atoms(Protocol):
    """What is used of an ``ase.Atoms``."""

    @property
    def positions(self) -> FloatArray:
        """Cartesian positions, shape (n, 3)."""
        ...

    @property
    def cell(self) -> object:
        """Cell vectors as rows."""
        ...

    @property
    def pbc(self) -> BoolArray:
        """Directions in which the cell repeats, shape (3,)."""
        ...

    def get_chemical_symbols(self) -> list[str]:
        """Return the name of every particle's species."""
        ...


def load_model(folder: str | Path) -> KeptModel:
    """Read a kept model, which holds numbers alone: nothing in its files is executed.

    Parameters
    ----------
    folder : str or Path
        Folder with ``model.json`` and ``numbers.npz``, such as ``results/glass/ka2d/kept/joint``.

    Raises
    ------
    FormatError
        If a file is missing, damaged, or holds something else.
    """
    return read_kept(Path(folder))


def load_material(path: str | Path, phase: str | None = None) -> tuple[Crystal, HardeningLaw]:
    """Read a material of crystals, for :func:`mechanist.simulate.crystal_law_point.drive`.

    Parameters
    ----------
    path : str or Path
        Parameter table (``.csv``), or ``material.yaml`` of DAMASK.
    phase : str, optional
        Name of the phase of a ``material.yaml``; not needed where there is one.

    Raises
    ------
    FormatError
        If the file is damaged, or holds something that the engine does not have.
    """
    file = Path(path)
    if file.suffix == ".csv":
        return read_material_parameters(file)
    return read_damask(file, phase)


def load_slip_law(path: str | Path) -> tuple[SlipSystems, SlipLaw, Flow]:
    """Read the parameter table of an identified law, with its slip systems and rate law.

    Parameters
    ----------
    path : str or Path
        Such as ``results/crystal/interactions/exports/fcc12/tied.csv``.

    Raises
    ------
    FormatError
        If the file is damaged or holds something else.
    """
    return read_law_parameters(Path(path))


def predict(
    model: KeptModel,
    sample: "Configuration | Atoms",
    *,
    loads: Sequence[str] | Mapping[str, FloatArray] = (),
    species: Mapping[str, str] | None = None,
    units: str | None = None,
) -> Predicted:
    """Predict every particle of a sample before loading.

    Parameters
    ----------
    model : KeptModel
    sample : Configuration or ase.Atoms
        State before loading.
    loads : sequence of str, or mapping of str to ndarray of shape (3, 3)
        Loads as the sample sheet writes them, such as ``"simple_shear xy"`` and ``"uniaxial -x"``, or
        strain tensors by name. Models that do not read the load need none.
    species : mapping of str to str, optional
        Name that the model knows for each species of the sample, where they differ.
    units : str, optional
        Unit system of the sample; by default that of the model.

    Returns
    -------
    Predicted
        ``.table``, ``.outside`` and ``.reasons``.

    Raises
    ------
    ValueError
        If the sample or a load does not fit the model.
    """
    seen = _seen(model, sample, species, units)
    return predict_particles(model, seen, _tensors(loads, model.known.dimension))


def scan(
    model: KeptModel,
    sample: "Configuration | Atoms",
    *,
    species: Mapping[str, str] | None = None,
    units: str | None = None,
) -> LoadScan:
    """Predict every particle for all directions of load; parameters as in :func:`predict`.

    Raises
    ------
    ValueError
        If the sample does not fit the model, or the model does not read the load.
    """
    return scan_loads(model, _seen(model, sample, species, units))


def configuration_of(
    atoms: Atoms, dimension: int, species: Mapping[str, str] | None = None
) -> Configuration:
    """Return the configuration that an ``ase.Atoms`` holds.

    Parameters
    ----------
    atoms : ase.Atoms
    dimension : int
        2 or 3; in two dimensions, the sample lies in the plane of x and y.
    species : mapping of str to str, optional
        Other names of species.

    Raises
    ------
    ValueError
        If the cell does not repeat in all directions of space.
    """
    periodic = np.asarray(atoms.pbc, bool)[:dimension]
    if not periodic.all():
        raise ValueError(
            f"pbc = {np.asarray(atoms.pbc).tolist()}; expected a cell that repeats along the first"
            f" {dimension} cell vectors, since features near a free surface mean something else"
        )
    renamed = dict(species or {})
    symbols = [renamed.get(symbol, symbol) for symbol in atoms.get_chemical_symbols()]
    names = tuple(dict.fromkeys(symbols))
    cell = np.array(atoms.cell, float)
    positions = np.array(atoms.positions, float)
    if dimension == 2:
        positions[:, 2] = 0.0
        cell[2] = (0.0, 0.0, 1.0)
    return Configuration(
        positions=positions,
        cell=cell,
        species=np.array([names.index(symbol) for symbol in symbols]),
        species_names=names,
        dimension=dimension,
    )


def _seen(
    model: KeptModel,
    sample: "Configuration | Atoms",
    species: Mapping[str, str] | None,
    units: str | None,
) -> Configuration:
    known = model.known
    if not isinstance(sample, Configuration):
        sample = configuration_of(sample, known.dimension, species)
    return as_seen_by(model, sample, units=known.units if units is None else units)


def _tensors(
    loads: Sequence[str] | Mapping[str, FloatArray], dimension: int
) -> dict[str, FloatArray]:
    if isinstance(loads, Mapping):
        return {name: np.asarray(tensor, float) for name, tensor in loads.items()}
    if isinstance(loads, str):
        loads = [loads]
    entries = []
    for written in loads:
        try:
            entry = load_of(written)
        except CellError as error:
            raise ValueError(f"{error.problem}. {error.remedy}") from error
        if entry is None:
            raise ValueError(f"load {written!r}; expected a load of known direction")
        entries.append(entry)
    return named_loads(entries, dimension)
