"""Materials of DAMASK's phenomenological law in the terms of the engine, phase by phase."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray, Lattice
from mechanist.formats.damask_phases import PhaseDescription, active_families
from mechanist.formats.polycrystal_phases import ELASTIC
from mechanist.mechanics.crystal_elasticity import CONSTANTS
from mechanist.mechanics.slip_orbits import FCC_KINDS, fcc_kinds, pair_orbits
from mechanist.mechanics.slip_systems import PARALLEL, SlipSystems, slip_systems
from mechanist.simulate.crystal_law import Voce
from mechanist.simulate.crystal_law_flow import Crystal

#: Pascals in the unit of the engine.
MEGAPASCAL: Final = 1e6
_LAW: Final = "phenopowerlaw"
#: Beginnings of the names of parameters of mechanisms that the engine does not have.
_OTHER: Final = ("N_tw", "h_0_tw-tw", "h_0_tw-sl", "a_nonSchmid", "a_non-Schmid")
_LATTICES: Final[Mapping[str, Lattice]] = {"cF": "cubic", "cI": "cubic", "hP": "hexagonal"}
#: Kinds of pairs of bcc systems on {110}, as DAMASK numbers them since 3.0.0-alpha7: those from the
#: fourth on are told apart here only by a coefficient that all of them share.
_BCC_KINDS: Final = ("self", "collinear", "coplanar")
_BCC_OTHERS: Final = 4


def phase_material(phase: PhaseDescription, systems: str) -> tuple[Crystal, Voce]:
    """Return the crystal and the hardening law of a phase.

    Parameters
    ----------
    phase : mapping
        Description from :func:`mechanist.formats.damask_phases.describe_phase`.
    systems : str
        Its table of slip systems.

    Raises
    ------
    ValueError
        If the law is not phenomenological, slip systems are in no table, or a parameter is missing
        or has no counterpart here.
    """
    plastic = phase["plastic"]
    try:
        constants = _constants(phase)
        if systems == ELASTIC:
            return _elastic(phase, constants)
        if plastic.get("type") != _LAW:
            raise ValueError(f"plastic type {plastic.get('type')!r}; expected {_LAW!r}")
        foreign = [key for key in plastic if key.startswith(_OTHER) and np.any(_flat(plastic[key]))]
        if foreign:
            raise ValueError(f"{foreign} have no counterpart here; expected slip only")
        active = [k for k, n in enumerate(active_families(plastic)) if n]
        table = _active(_table(phase, systems), active)
        crystal = Crystal(table, constants, rate=_single(plastic, "dot_gamma_0_sl", active),
                          exponent=_single(plastic, "n_sl", active))  # fmt: skip
        law = Voce(
            tau0=_by_system(table, plastic, "xi_0_sl", active) / MEGAPASCAL,
            tau_sat=_by_system(table, plastic, "xi_inf_sl", active) / MEGAPASCAL,
            h0=_by_system(table, plastic, "h_0_sl-sl", active) / MEGAPASCAL,
            a=_single(plastic, "a_sl", active),
            latent=_latent(table, plastic["h_sl-sl"]),
        )
    except KeyError as error:
        raise ValueError(f"the material lacks {error}, which the engine needs") from error
    return crystal, law


def _constants(phase: PhaseDescription) -> dict[str, float]:
    """Return the elastic constants, MPa."""
    lattice, elastic = phase["lattice"], phase["elastic"]
    if lattice not in _LATTICES:
        raise ValueError(f"lattice {lattice!r}; expected one of {list(_LATTICES)}")
    warm = sorted(key for key in elastic if key.startswith("C_") and "," in key)
    if warm:
        raise ValueError(
            f"elastic constants depend on temperature ({warm}); expected constant ones"
        )
    return {
        name: float(elastic[name.replace("c", "C_")]) / MEGAPASCAL
        for name in CONSTANTS[_LATTICES[lattice]]
    }


def _elastic(phase: PhaseDescription, constants: dict[str, float]) -> tuple[Crystal, Voce]:
    """Return a crystal without slip systems."""
    none = np.zeros((0, 3))
    table = SlipSystems(ELASTIC, _LATTICES[phase["lattice"]], none, none, (), np.zeros(0))
    return Crystal(table, constants), Voce(
        np.zeros(0), np.zeros(0), np.zeros(0), 1.0, np.zeros((0, 0))
    )


def _table(phase: PhaseDescription, systems: str) -> SlipSystems:
    if _LATTICES[phase["lattice"]] == "cubic":
        return slip_systems(systems)
    if "c_over_a" not in phase:
        raise KeyError("c/a")
    return slip_systems(systems, c_over_a=float(phase["c_over_a"]))


def _active(systems: SlipSystems, active: list[int]) -> SlipSystems:
    """Return the slip systems of the active families, counted in the order of the table."""
    families = list(dict.fromkeys(systems.families))
    if len(active) == len(families):
        return systems
    kept = [k for k, family in enumerate(systems.families) if families.index(family) in active]
    return SlipSystems(
        systems.name,
        systems.lattice,
        systems.normals[kept],
        systems.directions[kept],
        tuple(systems.families[k] for k in kept),
        systems.magnitudes[kept],
    )


def _flat(value: object) -> FloatArray:
    return np.asarray(value, dtype=float).ravel()


def _by_family(plastic: Mapping[str, object], key: str, active: list[int]) -> FloatArray:
    """Return one number for each active family; one number alone stands for all."""
    values = _flat(plastic[key])
    stated = len(active_families(plastic))
    if len(values) not in (1, stated):
        raise ValueError(
            f"{key} = {plastic[key]}; expected one number for each of {stated} families"
        )
    return np.full(len(active), values[0]) if len(values) == 1 else values[active]


def _single(plastic: Mapping[str, object], key: str, active: list[int]) -> float:
    """Return a number that is equal for all active families."""
    values = set(_by_family(plastic, key, active).tolist())
    if len(values) != 1:
        raise ValueError(f"{key} = {plastic[key]}; expected one number for all families")
    return float(values.pop())


def _by_system(
    systems: SlipSystems, plastic: Mapping[str, object], key: str, active: list[int]
) -> FloatArray:
    """Return one number per system from one number per family."""
    families = list(dict.fromkeys(systems.families))
    values = _by_family(plastic, key, active)
    return np.array([values[families.index(family)] for family in systems.families])


def _latent(systems: SlipSystems, coefficients: object) -> FloatArray:
    """Return the latent-hardening matrix from the coefficients of the kinds of pairs."""
    values = _flat(coefficients)
    if (values == values[0]).all():
        return np.full((len(systems), len(systems)), values[0])
    if systems.name == "fcc12" and len(values) == len(FCC_KINDS) and values[4] == values[5]:
        by_kind = dict(zip(FCC_KINDS, values.tolist(), strict=True))
        return pair_orbits(systems).expand(np.array([by_kind[kind] for kind in fcc_kinds(systems)]))
    others = values[len(_BCC_KINDS) :]
    if systems.name == "bcc12" and len(others) == _BCC_OTHERS and len(set(others)) == 1:
        same_plane = np.abs(systems.normals @ systems.normals.T) > PARALLEL
        same_direction = np.abs(systems.directions @ systems.directions.T) > PARALLEL
        matrix = np.full((len(systems), len(systems)), others[0])
        matrix[same_direction], matrix[same_plane] = values[1], values[2]
        np.fill_diagonal(matrix, values[0])
        return matrix
    raise ValueError(
        f"h_sl-sl = {values.tolist()} of {systems.name!r}; expected equal coefficients, those of fcc:"
        f" {', '.join(FCC_KINDS)}, the two glissile coefficients equal, or those of 12 bcc systems:"
        f" {', '.join(_BCC_KINDS)}, and {_BCC_OTHERS} equal others"
    )
