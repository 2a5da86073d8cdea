"""Materials of the engine as phases of DAMASK's ``material.yaml``, written and read back.

DAMASK's ``phenopowerlaw`` is Voce hardening with the rate law of the engine, so a material with Voce
hardening is expressed exactly, in Pa instead of MPa. Latent hardening is limited by DAMASK's kinds
of pairs of slip systems, of which one coefficient each is stated (``h_sl-sl``).

Laws of dislocation densities are not: the state of ``phenopowerlaw`` is the resistance, and of the
laws of DAMASK whose state is densities (``dislotwin``, ``dislotungsten``), the passing stress has
the form of ``H``, while storage and rate law have other forms than ``K`` and a power law.
"""

from pathlib import Path

import numpy as np
import yaml

from mechanist.core.atomic import write_text
from mechanist.core.errors import FormatError
from mechanist.core.typing import FloatArray
from mechanist.formats.damask_phases import describe_phase
from mechanist.formats.damask_setup import Mechanical, Phase, read_material_file
from mechanist.mechanics.slip_law import Flow, SlipLaw
from mechanist.mechanics.slip_systems import SlipSystems
from mechanist.simulate.crystal_law import HardeningLaw, Voce
from mechanist.simulate.crystal_law_flow import Crystal
from mechanist.simulate.damask_material import MEGAPASCAL, phase_material
from mechanist.simulate.damask_pairs import families_of, pair_coefficients


def damask_phase(crystal: Crystal, law: HardeningLaw, *, c_over_a: float | None = None) -> Phase:
    """Return the entry of a phase in ``material.yaml``, in Pa.

    Parameters
    ----------
    crystal : Crystal
    law : Voce
    c_over_a : float, optional
        Ratio of lattice parameters of a hexagonal crystal.

    Raises
    ------
    ValueError
        If DAMASK cannot express the law; the message says why.
    """
    voce = _voce(law)
    if not voce.a > 0:
        raise ValueError(f"a = {voce.a}; DAMASK needs a positive exponent of saturation")
    systems = crystal.systems
    lattice, counts = families_of(systems)
    if lattice == "hP" and c_over_a is None:
        raise ValueError("no c/a of a hexagonal crystal; expected one")
    plastic: dict[str, object] = {"type": "phenopowerlaw", "output": ["xi_sl", "gamma_sl"]}
    plastic["N_sl"] = counts
    for key, value in (("dot_gamma_0_sl", crystal.rate), ("n_sl", crystal.exponent)):
        plastic[key] = [float(value)] * len(counts)
    plastic["a_sl"] = [float(voce.a)] * len(counts)
    for key, name in (("xi_0_sl", "tau0"), ("xi_inf_sl", "tau_sat"), ("h_0_sl-sl", "h0")):
        plastic[key] = _by_family(systems, counts, name, np.asarray(getattr(voce, name)))
    plastic["h_sl-sl"] = pair_coefficients(systems, voce.latent)
    elastic = {name.replace("c", "C_"): _pa(value) for name, value in crystal.constants.items()}
    mechanical: Mechanical = {"elastic": {"type": "Hooke", **elastic}, "plastic": plastic}
    phase: Phase = {"lattice": lattice, "mechanical": mechanical}
    if c_over_a is not None and lattice == "hP":
        phase["c/a"] = c_over_a
    return phase


def passing_stress(systems: SlipSystems, law: SlipLaw, flow: Flow) -> Phase:
    """Return the part of a phase that DAMASK can express of a law of densities: its resistance.

    Parameters
    ----------
    systems : SlipSystems
    law : SlipLaw
        Its ``H`` is ``h_sl-sl`` in ``tau_pass`` of ``dislotwin``.
    flow : Flow

    Raises
    ------
    ValueError
        If DAMASK does not have the slip systems, or counts pairs as one kind that differ.
    """
    lattice, counts = families_of(systems)
    ends = np.cumsum(counts) - 1
    plastic: dict[str, object] = {
        "type": "dislotwin",
        "N_sl": counts,
        "b_sl": [float(flow.burgers * law.lengths[end]) for end in ends],
        "h_sl-sl": pair_coefficients(systems, law.interactions),
    }
    return {"lattice": lattice, "mechanical": {"plastic": plastic}}


def write_damask(path: Path, name: str, phase: Phase | None, notes: list[str]) -> None:
    """Write a ``material.yaml`` with one phase, or with none if it is not expressible.

    Parameters
    ----------
    path : Path
    name : str
        Name of the phase.
    phase : mapping or None
    notes : list of str
        Comments at its head.
    """
    content = {"phase": {} if phase is None else {name: phase}}
    text = yaml.safe_dump(content, sort_keys=False, default_flow_style=None, width=10**6)
    write_text(path, "".join(f"# {note}\n" for note in notes) + text)


def read_damask(path: Path, name: str | None = None) -> tuple[Crystal, Voce]:
    """Read a phase of a ``material.yaml`` as a crystal of the engine with its hardening law.

    Parameters
    ----------
    path : Path
    name : str, optional
        Name of the phase; not needed where there is one.

    Raises
    ------
    FormatError
        If the file is damaged, holds no such phase, or its law has no counterpart in the engine.
    """
    configuration = read_material_file(path)
    names = list(configuration["phase"])
    remedy = f"Name one of {names}." if names else "Its comments say why it holds no phase."
    if name not in names and (name is not None or len(names) != 1):
        seen = "no name" if name is None else f"{name!r}"
        raise FormatError(path, f"{seen} given for the phases {names}", remedy=remedy)
    chosen = names[0] if name is None else name
    systems, described = describe_phase(path, configuration, chosen)
    try:
        return phase_material(described, systems)
    except ValueError as error:
        problem = f"phase {chosen!r} has no counterpart in the engine: {error}"
        remedy = "Give a phase with phenopowerlaw that slips on a table of systems."
        raise FormatError(path, problem, remedy=remedy) from error


def _voce(law: HardeningLaw) -> Voce:
    match law:
        case Voce():
            return law
        case _:
            raise ValueError(
                f"hardening {type(law).__name__}: the state of phenopowerlaw is the resistance, and"
                " densities cannot be its state; expected Voce hardening"
            )


def _by_family(
    systems: SlipSystems, counts: list[int], name: str, values: FloatArray
) -> list[float]:
    """Return one number for each family, Pa."""
    if len(systems) != sum(counts):
        raise ValueError(f"{len(systems)} slip systems; expected all {sum(counts)} of the table")
    found = []
    for first, count in zip(np.cumsum([0, *counts[:-1]]), counts, strict=True):
        family = values[first : first + count]
        if np.ptp(family):
            raise ValueError(f"{name} = {family.tolist()} MPa differs within a family of systems")
        found.append(_pa(family[0]))
    return found


def _pa(value: float) -> float:
    """Return a number in Pa, without the error of the last digit that the factor adds."""
    return float(f"{float(value) * MEGAPASCAL:.15g}")
