"""Load crystals that were simulated or measured elsewhere.

A result of DAMASK is rerun with the same grains, load and material to compare both engines; a map
gets the material and the load of a configured system. Elasticity and hardening of DAMASK's
phenomenological law have counterparts here. Mechanisms without a counterpart, such as twinning,
raise an error.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.polycrystal_batches import PolycrystalRun
from mechanist.mechanics.slip_orbits import FCC_KINDS, fcc_kinds, pair_orbits
from mechanist.mechanics.slip_systems import SlipSystems, slip_systems
from mechanist.simulate.crystal_law import Voce
from mechanist.simulate.crystal_law_flow import Crystal
from mechanist.simulate.polycrystal import Microstructure, StrainPath, simulate
from mechanist.simulate.polycrystal_load import Loading
from mechanist.simulate.polycrystal_system import PolycrystalSystem

#: Pascals in the unit of the engine.
MEGAPASCAL: Final = 1e6
#: Default number of engine steps between two frames.
SUBSTEPS: Final = 4
#: Tolerance of equilibrium, an order of magnitude below that of runs used for learning.
TOLERANCE: Final = 1e-4
_LAW: Final = "phenopowerlaw"
#: Parameters of mechanisms that the engine does not have.
_OTHER: Final = ("N_tw", "h_0_tw-tw", "h_0_tw-sl", "a_nonSchmid_110")


def material_of(run: PolycrystalRun) -> tuple[Crystal, Voce]:
    """Return the crystal and the hardening law of an imported DAMASK result.

    Parameters
    ----------
    run : PolycrystalRun
        Run of a cubic phase, from :func:`mechanist.formats.damask.read_damask`.

    Raises
    ------
    ValueError
        If the law is not phenomenological, or a parameter is missing or has no counterpart here.
    """
    elastic, plastic = run.material["elastic"], run.material["plastic"]
    if plastic.get("type") != _LAW:
        raise ValueError(f"{run.name}: plastic type {plastic.get('type')!r}; expected {_LAW!r}")
    foreign = [key for key in _OTHER if np.any(plastic.get(key, 0))]
    if foreign:
        raise ValueError(f"{run.name}: {foreign} have no counterpart here; expected slip only")
    systems = slip_systems(run.systems)
    try:
        constants = {f"c{ij}": float(elastic[f"C_{ij}"]) / MEGAPASCAL for ij in (11, 12, 44)}
        crystal = Crystal(systems, constants, rate=_single(plastic, "dot_gamma_0_sl"),
                          exponent=_single(plastic, "n_sl"))  # fmt: skip
        law = Voce(
            tau0=_by_system(systems, plastic, "xi_0_sl") / MEGAPASCAL,
            tau_sat=_by_system(systems, plastic, "xi_inf_sl") / MEGAPASCAL,
            h0=_single(plastic, "h_0_sl-sl") / MEGAPASCAL,
            a=_single(plastic, "a_sl"),
            latent=_latent(systems, plastic["h_sl-sl"]),
        )
    except KeyError as error:
        raise ValueError(
            f"{run.name}: material.yaml lacks {error}, which the engine needs"
        ) from error
    return crystal, law


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
        If there are fewer than two frames, or the material has no counterpart.
    """
    if run.n_frames < 2:
        raise ValueError(f"{run.name}: {run.n_frames} frame; expected at least two")
    crystal, law = material_of(run)
    micro = Microstructure(run.grains, run.orientations[0], run.lengths)
    rate = float(run.material["rate"])
    return simulate(
        run.name, micro, crystal, law, StrainPath(tuple(run.strains[1:].tolist()), substeps),
        axis=run.axis, rate=abs(rate), loading=_load(run, rate), tolerance=tolerance,
        threads=threads, material={"source": run.name, "material": run.material},
    )  # fmt: skip


def loaded(run: PolycrystalRun, system: PolycrystalSystem, *, threads: int = 1) -> PolycrystalRun:
    """Simulate an imported microstructure with the material and the load of a system.

    Parameters
    ----------
    run : PolycrystalRun
        Run with the microstructure in its first frame; its axis is the loading axis.
    system : PolycrystalSystem
        System whose material and load are used.
    threads : int
        Number of threads; results do not depend on it.

    Raises
    ------
    ValueError
        If the slip systems differ, or a grain has fewer than two voxels.
    """
    material = system.material
    if material.crystal.systems.name != run.systems:
        raise ValueError(
            f"{run.name}: slip systems {run.systems!r}, but the material of system"
            f" {system.name!r} has {material.crystal.systems.name!r}; expected the same"
        )
    micro = Microstructure(run.grains, run.orientations[0], run.lengths)
    return simulate(
        run.name, micro, material.crystal, material.law, system.path, axis=run.axis,
        rate=system.rate, tolerance=system.tolerance, threads=threads,
        material={"source": run.name, "material": dict(material.entry)},
    )  # fmt: skip


def _load(run: PolycrystalRun, rate: float) -> Loading:
    """Return tension with stress-free sides, and with zero mean shears if the run held them."""
    if not run.material["shears_held"]:
        return Loading.uniaxial(run.axis, rate)
    free = np.eye(3, dtype=bool)
    free[run.axis, run.axis] = False
    driven = np.zeros((3, 3))
    driven[run.axis, run.axis] = rate
    return Loading.mixed(driven, free)


def _single(plastic: Mapping[str, object], key: str) -> float:
    """Return a number that is given once, or equally for all families."""
    values = set(np.atleast_1d(np.asarray(plastic[key], dtype=float)).tolist())
    if len(values) != 1:
        raise ValueError(f"{key} = {plastic[key]}; expected one number for all families")
    return float(values.pop())


def _by_system(systems: SlipSystems, plastic: Mapping[str, object], key: str) -> FloatArray:
    """Return one number per system from one number per family."""
    values = np.atleast_1d(np.asarray(plastic[key], dtype=float))
    families = list(dict.fromkeys(systems.families))
    if len(values) != len(families):
        raise ValueError(f"{key} = {plastic[key]}; expected one number for each of {families}")
    return np.array([values[families.index(family)] for family in systems.families])


def _latent(systems: SlipSystems, coefficients: Sequence[float]) -> FloatArray:
    """Return the latent-hardening matrix from the coefficients of the kinds of pairs."""
    values = np.asarray(coefficients, dtype=float)
    if (values == values[0]).all():
        return np.full((len(systems), len(systems)), values[0])
    if systems.name != "fcc12" or len(values) != len(FCC_KINDS) or values[4] != values[5]:
        raise ValueError(
            f"h_sl-sl = {values.tolist()} of {systems.name!r}; expected equal coefficients, or"
            f" those of fcc: {', '.join(FCC_KINDS)}, the two glissile coefficients equal"
        )
    by_kind = dict(zip(FCC_KINDS, values.tolist(), strict=True))
    return pair_orbits(systems).expand(np.array([by_kind[kind] for kind in fcc_kinds(systems)]))
