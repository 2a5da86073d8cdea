"""Load crystals that were simulated or measured elsewhere.

A result of DAMASK is rerun with the same grains, phases, load and materials to compare both engines; a
map gets the material and the load of a configured system. Elasticity and hardening of DAMASK's
phenomenological law have counterparts here, see :mod:`mechanist.simulate.damask_material`. What has
none, such as twinning or several constituents in a cell, raises an error.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np

from mechanist.formats.polycrystal_batches import PolycrystalRun
from mechanist.simulate.crystal_law import HardeningLaw
from mechanist.simulate.crystal_law_flow import Crystal
from mechanist.simulate.damask_material import phase_material
from mechanist.simulate.medium import Medium
from mechanist.simulate.phase_mixture import Mixture
from mechanist.simulate.polycrystal import Microstructure, StrainPath, simulate
from mechanist.simulate.polycrystal_load import Loading
from mechanist.simulate.polycrystal_system import Material, PolycrystalSystem

#: Default number of engine steps between two frames.
SUBSTEPS: Final = 4
#: Tolerance of equilibrium, an order of magnitude below that of runs used for learning.
TOLERANCE: Final = 1e-4


def materials_of(run: PolycrystalRun) -> list[tuple[Crystal, HardeningLaw]]:
    """Return the crystal and the hardening law of each phase of an imported DAMASK result.

    Parameters
    ----------
    run : PolycrystalRun
        Run from :func:`mechanist.formats.damask.read_damask`.

    Raises
    ------
    ValueError
        If cells have several constituents, or the material of a phase has no counterpart here.
    """
    if run.material.get("constituents", 1) > 1:
        raise ValueError(
            f"{run.name}: cells have {run.material['constituents']} constituents; the engine has one"
            " crystal in each voxel. Set rerun: false to import the result without rerunning it"
        )
    described = run.material["phases"] if run.phases is not None else [run.material]
    tables = run.phases.systems if run.phases is not None else (run.systems,)
    found: list[tuple[Crystal, HardeningLaw]] = []
    for phase, systems in zip(described, tables, strict=True):
        try:
            found.append(phase_material(phase, systems))
        except ValueError as error:
            raise ValueError(
                f"{run.name}: phase {phase['phase']!r}: {error}. Set rerun: false to import the result"
                " without rerunning it"
            ) from error
    return found


def rerun(
    run: PolycrystalRun, *, substeps: int = SUBSTEPS, tolerance: float = TOLERANCE, threads: int = 1
) -> PolycrystalRun:
    """Rerun an imported run in the engine, with the same frames.

    Parameters
    ----------
    run : PolycrystalRun
        DAMASK run with at least two frames.
    substeps : int
        Steps between two frames.
    tolerance : float
        Tolerance of equilibrium.
    threads : int
        Number of threads; results do not depend on it.

    Raises
    ------
    ValueError
        If there are fewer than two frames, or a material has no counterpart.
    """
    if run.n_frames < 2:
        raise ValueError(f"{run.name}: {run.n_frames} frame; expected at least two")
    medium, law = _mixed(run, materials_of(run))
    rate = float(run.material["rate"])
    return simulate(
        run.name, _microstructure(run), medium, law,
        StrainPath(tuple(run.strains[1:].tolist()), substeps), axis=run.axis, rate=abs(rate),
        loading=_load(run, rate), tolerance=tolerance, threads=threads,
        material={"source": run.name, "material": run.material},
    )  # fmt: skip


def loaded(
    run: PolycrystalRun,
    system: PolycrystalSystem,
    materials: Mapping[str, Material] | None = None,
    *,
    threads: int = 1,
) -> PolycrystalRun:
    """Simulate an imported microstructure with the material and the load of a system.

    Parameters
    ----------
    run : PolycrystalRun
        Run with the microstructure in its first frame; its axis is the loading axis.
    system : PolycrystalSystem
        System whose load is used, and whose material if there is a single phase.
    materials : mapping, optional
        Materials by name of the phase, of a microstructure of several phases.
    threads : int
        Number of threads; results do not depend on it.

    Raises
    ------
    ValueError
        If a phase has no material, its slip systems differ from those of the material, or a grain
        has fewer than two voxels.
    """
    names = run.phases.names if run.phases is not None else (run.name,)
    tables = run.phases.systems if run.phases is not None else (run.systems,)
    if run.phases is None:
        chosen = {run.name: system.material}
    elif materials is None or set(materials) != set(names):
        raise ValueError(
            f"{run.name}: phases are {list(names)}, materials are given for {sorted(materials or {})};"
            " name a material of crystal/materials for each phase under 'materials'"
        )
    else:
        chosen = dict(materials)
    for name, table in zip(names, tables, strict=True):
        seen = chosen[name].crystal.systems.name
        if seen != table:
            raise ValueError(
                f"{run.name}: slip systems {table!r} of {name!r}, but the material given for it, or"
                f" that of system {system.name!r}, has {seen!r}; expected the same"
            )
    medium, law = _mixed(run, [(chosen[name].crystal, chosen[name].law) for name in names])
    entries = {name: dict(chosen[name].entry) for name in names}
    return simulate(
        run.name, _microstructure(run), medium, law, system.path, axis=run.axis,
        rate=system.rate, tolerance=system.tolerance, threads=threads,
        material={
            "source": run.name,
            "material": entries[run.name] if run.phases is None else entries,
        },
    )  # fmt: skip


def _microstructure(run: PolycrystalRun) -> Microstructure:
    return Microstructure(run.grains, run.orientations[0], run.lengths, run.phases)


def _mixed(
    run: PolycrystalRun, materials: list[tuple[Crystal, HardeningLaw]]
) -> tuple[Medium, HardeningLaw]:
    """Return the medium and the law of a run, mixed from those of its phases if there are several."""
    if run.phases is None:
        return materials[0]
    mixture = Mixture(materials, run.phases.of_voxel.ravel())
    return mixture, mixture


def _load(run: PolycrystalRun, rate: float) -> Loading:
    """Return tension with stress-free sides, and with zero mean shears if the run held them."""
    if not run.material["shears_held"]:
        return Loading.uniaxial(run.axis, rate)
    free = np.eye(3, dtype=bool)
    free[run.axis, run.axis] = False
    driven = np.zeros((3, 3))
    driven[run.axis, run.axis] = rate
    return Loading.mixed(driven, free)
