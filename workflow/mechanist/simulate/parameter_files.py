"""Laws of slip and materials of the engine as parameter tables, written and read back.

See :mod:`mechanist.mechanics.parameter_tables` for the form of the tables. They hold all that a law
needs besides the load: planes and directions of the slip systems in the order that indices count,
the rate law, and all coefficients.
"""

from pathlib import Path
from typing import Final, cast

import numpy as np

from mechanist.core.errors import FormatError
from mechanist.core.typing import Lattice
from mechanist.mechanics.crystal_elasticity import CONSTANTS
from mechanist.mechanics.parameter_tables import (
    Parameter,
    ParameterTable,
    read_parameters,
    write_parameters,
)
from mechanist.mechanics.slip_law import Flow, SlipLaw
from mechanist.mechanics.slip_systems import SlipSystems
from mechanist.simulate.crystal_law import HardeningLaw, Voce
from mechanist.simulate.crystal_law_density import DislocationDensity, SparseTensor
from mechanist.simulate.crystal_law_flow import Crystal

LAW: Final = "a law of interacting slip systems"
VOCE: Final = "a crystal with Voce hardening"
DENSITY: Final = "a crystal with hardening by dislocation densities"
_RATE: Final = "d gamma_i / dt = rate |tau_i / g_i|^exponent sign(tau_i); g_i: resistance"
_AXES: Final = "normal, direction: unit vectors in the crystal frame, component j of system i"
_LAW_NOTES: Final = (
    _RATE,
    "g_i = shear_modulus burgers length_i sqrt(sum_j H_ij rho_j); rho: dislocation density",
    "d rho_i / dt = sum_jk K_ijk sqrt(rho_j) |d gamma_k / dt| - y_i rho_i |d gamma_i / dt|",
    "length: Burgers vector relative to burgers",
    _AXES,
)
_VOCE_NOTES: Final = (
    _RATE,
    (
        "d g_i = h0_i sum_j latent_ij |1 - g_j / tau_sat_j|^a sign(1 - g_j / tau_sat_j) |d gamma_j|;"
        " g_i = tau0_i at first"
    ),
    _AXES,
)
_DENSITY_NOTES: Final = (
    _RATE,
    "g_i = friction + shear_modulus burgers sqrt(sum_j H_ij rho_j); rho_i = density_i at first",
    "d rho_i = sum_jk (K_ijk sqrt(rho_j) - annihilation_ijk rho_j) |d gamma_k|",
    _AXES,
)


def write_law_parameters(path: Path, systems: SlipSystems, law: SlipLaw, flow: Flow) -> None:
    """Write an identified law. It has neither elasticity nor initial densities."""
    parameters = {
        **_of_systems(systems),
        "shear_modulus": Parameter(flow.shear_modulus, "MPa"),
        "burgers": Parameter(flow.burgers, "m"),
        "rate": Parameter(flow.rate, "1/s"),
        "exponent": Parameter(flow.exponent),
        "length": Parameter(law.lengths),
        "H": Parameter(law.interactions),
        "y": Parameter(law.recovery),
        "K": Parameter(law.storage, "1/m"),
    }
    write_parameters(path, LAW, parameters, notes=_LAW_NOTES)


def read_law_parameters(path: Path) -> tuple[SlipSystems, SlipLaw, Flow]:
    """Read a table of :func:`write_law_parameters`.

    Raises
    ------
    FormatError
        If it holds something else or is damaged.
    """
    table = read_parameters(path, LAW)
    systems = _systems(table)
    n = len(systems)
    try:
        law = SlipLaw(
            table.array("H", (n, n)), table.array("K", (n, n, n)), table.array("y", (n,)),
            table.array("length", (n,)),
        )  # fmt: skip
        names = ("shear_modulus", "burgers", "exponent", "rate")
        return systems, law, Flow(**{name: table.number(name) for name in names})
    except ValueError as error:
        raise _damaged(path, error) from error


def write_material_parameters(path: Path, crystal: Crystal, law: HardeningLaw) -> None:
    """Write a crystal of the engine with its hardening law.

    Raises
    ------
    ValueError
        If the law is neither Voce's nor one of dislocation densities.
    """
    common = {
        **_of_systems(crystal.systems),
        **{name: Parameter(value, "MPa") for name, value in crystal.constants.items()},
        "rate": Parameter(crystal.rate, "1/s"),
        "exponent": Parameter(crystal.exponent),
    }
    match law:
        case Voce():
            write_parameters(path, VOCE, common | _of_voce(law), notes=_VOCE_NOTES)
        case DislocationDensity():
            write_parameters(path, DENSITY, common | _of_density(law), notes=_DENSITY_NOTES)
        case _:
            known = "Voce or DislocationDensity"
            raise ValueError(f"{type(law).__name__} has no table; expected {known}")


def read_material_parameters(path: Path) -> tuple[Crystal, HardeningLaw]:
    """Read a table of :func:`write_material_parameters`.

    Raises
    ------
    FormatError
        If it holds something else or is damaged.
    """
    voce = path.is_file() and path.read_bytes().split(b"\n", 1)[0].strip().endswith(VOCE.encode())
    table = read_parameters(path, VOCE if voce else DENSITY)
    systems = _systems(table)
    n = len(systems)
    try:
        constants = {name: table.number(name) for name in CONSTANTS[systems.lattice]}
        crystal = Crystal(
            systems, constants, rate=table.number("rate"), exponent=table.number("exponent")
        )
        if voce:
            levels = {name: table.array(name, (n,)) for name in ("tau0", "tau_sat", "h0")}
            latent = table.array("latent", (n, n))
            return crystal, Voce(**levels, a=table.number("a"), latent=latent)
        return crystal, DislocationDensity(
            shear_modulus=table.number("shear_modulus"), burgers=table.number("burgers"),
            interaction=table.array("H", (n, n)), friction=table.number("friction"),
            storage=SparseTensor.from_dense(table.array("K", (n, n, n))),
            annihilation=SparseTensor.from_dense(table.array("annihilation", (n, n, n))),
            density=table.array("density", (n,)),
        )  # fmt: skip
    except ValueError as error:
        raise _damaged(path, error) from error


def _of_voce(law: Voce) -> dict[str, Parameter]:
    levels = {name: np.asarray(getattr(law, name)) for name in ("tau0", "tau_sat", "h0")}
    found = {name: Parameter(values, "MPa") for name, values in levels.items()}
    return found | {"a": Parameter(law.a), "latent": Parameter(law.latent)}


def _of_density(law: DislocationDensity) -> dict[str, Parameter]:
    n = len(law.interaction)
    return {
        "shear_modulus": Parameter(law.shear_modulus, "MPa"),
        "burgers": Parameter(law.burgers, "m"),
        "friction": Parameter(law.friction, "MPa"),
        "density": Parameter(law.initial(1)[0], "1/m^2"),
        "H": Parameter(law.interaction),
        "K": Parameter(law.storage.dense(n), "1/m"),
        "annihilation": Parameter(law.annihilation.dense(n)),
    }


def _of_systems(systems: SlipSystems) -> dict[str, Parameter]:
    return {
        "systems": Parameter(systems.name),
        "lattice": Parameter(systems.lattice),
        "family": Parameter(systems.families),
        "normal": Parameter(systems.normals),
        "direction": Parameter(systems.directions),
        "magnitude": Parameter(systems.magnitudes, "lattice parameter a"),
    }


def _systems(table: ParameterTable) -> SlipSystems:
    (name, *_), (lattice, *_), families = map(table.words, ("systems", "lattice", "family"))
    n = len(families)
    if lattice not in CONSTANTS:
        raise _damaged(table.path, ValueError(f"lattice {lattice!r}; one of {list(CONSTANTS)}"))
    normals, directions = table.array("normal", (n, 3)), table.array("direction", (n, 3))
    try:
        return SlipSystems(
            name, cast("Lattice", lattice), normals, directions, families,
            table.array("magnitude", (n,)),
        )  # fmt: skip
    except ValueError as error:
        raise _damaged(table.path, error) from error


def _damaged(path: Path, error: ValueError) -> FormatError:
    if isinstance(error, FormatError):
        return error
    return FormatError(path, f"no law: {error}", remedy="Delete it and run the workflow again.")
