"""Load in the engine here what others simulated or measured.

A result of DAMASK is rerun with the same grains, load and material, to see how well both agree; a map
is given the material and the load of a system of the configuration. Elasticity and hardening of DAMASK's phenomenological law have a counterpart here. What has none, such
as twins, is refused rather than left out.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

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
#: Steps of the engine between two frames, where the configuration does not say.
SUBSTEPS: Final = 4
#: Tolerance of equilibrium, an order below that of runs that are learnt from.
TOLERANCE: Final = 1e-4
_LAW: Final = "phenopowerlaw"
#: Parameters of mechanisms that the engine does not have.
_OTHER: Final = ("N_tw", "h_0_tw-tw", "h_0_tw-sl", "a_nonSchmid_110")


def material_of(run: PolycrystalRun) -> tuple[Crystal, Voce]:
    """Return crystal and hardening of an imported result of DAMASK.

    Parameters
    ----------
    run : PolycrystalRun
        As :func:`mechanist.formats.damask.read_damask` makes it, of a cubic phase.

    Raises
    ------
    ValueError
        If the law is another one, a parameter is missing, or it has no counterpart here.
    """
    elastic, plastic = run.material["elastic"], run.material["plastic"]
    if plastic.get("type") != _LAW:
        raise ValueError(f"{run.name}: plastic type {plastic.get('type')!r}; expected {_LAW!r}")
    foreign = [key for key in _OTHER if np.any(plastic.get(key, 0))]
    if foreign:
        raise ValueError(f"{run.name}: {foreign} have no counterpart in the engine; expected slip")
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
            f"{run.name}: material.yaml gives no {error}; the engine needs it"
        ) from error
    return crystal, law


def rerun(
    run: PolycrystalRun, *, substeps: int = SUBSTEPS, tolerance: float = TOLERANCE, threads: int = 1
) -> PolycrystalRun:
    """Return the engine's own simulation of an imported run, with the same frames.

    Parameters
    ----------
    run : PolycrystalRun
        Of DAMASK, with at least two frames.
    substeps : int
        Steps between two frames.
    tolerance : float
        Of equilibrium.
    threads : int
        Results do not depend on it.

    Raises
    ------
    ValueError
        If there is nothing to follow, or the material has no counterpart.
    """
    if run.n_frames < 2:
        raise ValueError(f"{run.name}: {run.n_frames} frame; expected a path to follow")
    crystal, law = material_of(run)
    micro = Microstructure(run.grains, run.orientations[0], run.lengths)
    rate = float(run.material["rate"])
    return simulate(
        run.name, micro, crystal, law, StrainPath(tuple(run.strains[1:].tolist()), substeps),
        axis=run.axis, rate=abs(rate), loading=_load(run, rate), tolerance=tolerance,
        threads=threads, material={"source": run.name, "material": run.material},
    )  # fmt: skip


def loaded(run: PolycrystalRun, system: PolycrystalSystem, *, threads: int = 1) -> PolycrystalRun:
    """Return an imported microstructure under the load, and of the material, of a system.

    Parameters
    ----------
    run : PolycrystalRun
        Whose first frame is the microstructure, and whose axis is that of loading.
    system : PolycrystalSystem
        What its own microstructures are made of and subjected to.
    threads : int
        Results do not depend on it.

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
    """Return tension with sides free, and with mean shears at zero where the load held them."""
    if not run.material["shears_held"]:
        return Loading.uniaxial(run.axis, rate)
    free = np.eye(3, dtype=bool)
    free[run.axis, run.axis] = False
    driven = np.zeros((3, 3))
    driven[run.axis, run.axis] = rate
    return Loading.mixed(driven, free)


def _single(plastic: Mapping[str, Any], key: str) -> float:
    """Return a number that is given by itself, or once for all families."""
    values = set(np.atleast_1d(np.asarray(plastic[key], dtype=float)).tolist())
    if len(values) != 1:
        raise ValueError(f"{key} = {plastic[key]}; expected one number for all families")
    return float(values.pop())


def _by_system(systems: SlipSystems, plastic: Mapping[str, Any], key: str) -> FloatArray:
    """Return a number for each system from those of each family."""
    values = np.atleast_1d(np.asarray(plastic[key], dtype=float))
    families = list(dict.fromkeys(systems.families))
    if len(values) != len(families):
        raise ValueError(f"{key} = {plastic[key]}; expected one number for each of {families}")
    return np.array([values[families.index(family)] for family in systems.families])


def _latent(systems: SlipSystems, coefficients: Sequence[float]) -> FloatArray:
    """Return the matrix of latent hardening from the coefficients of kinds of pairs."""
    values = np.asarray(coefficients, dtype=float)
    if (values == values[0]).all():
        return np.full((len(systems), len(systems)), values[0])
    if systems.name != "fcc12" or len(values) != len(FCC_KINDS) or values[4] != values[5]:
        raise ValueError(
            f"h_sl-sl = {values.tolist()} of {systems.name!r}; expected equal coefficients, or"
            f" those of fcc: {', '.join(FCC_KINDS)}, the two glissile ones equal"
        )
    by_kind = dict(zip(FCC_KINDS, values.tolist(), strict=True))
    return pair_orbits(systems).expand(np.array([by_kind[kind] for kind in fcc_kinds(systems)]))
