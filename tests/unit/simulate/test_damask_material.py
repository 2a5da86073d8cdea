"""Materials of DAMASK phases in the engine: lattices, inactive families, latent hardening."""

from typing import Any

import numpy as np
import pytest

from mechanist.mechanics.slip_systems import slip_systems
from mechanist.simulate.damask_material import phase_material

CUBIC = {"C_11": 100e9, "C_12": 60e9, "C_44": 30e9}
HEXAGONAL = {"C_11": 160e9, "C_12": 90e9, "C_13": 70e9, "C_33": 180e9, "C_44": 50e9}


def phase(lattice: str, **changes: Any) -> dict[str, Any]:
    """Return the description of a phase."""
    plastic = {
        "type": "phenopowerlaw", "N_sl": [12], "xi_0_sl": [30e6], "xi_inf_sl": [60e6], "n_sl": 20,
        "a_sl": 2.0, "dot_gamma_0_sl": 1e-3, "h_0_sl-sl": 75e6, "h_sl-sl": [1.0],
    }  # fmt: skip
    made = {
        "phase": "a",
        "lattice": lattice,
        "elastic": HEXAGONAL if lattice == "hP" else CUBIC,
        "plastic": plastic | changes,
    }
    return made | ({"c_over_a": 1.6} if lattice == "hP" else {})


def test_hexagonal_phases_have_the_geometry_of_their_ratio() -> None:
    crystal, law = phase_material(
        phase("hP", N_sl=[3, 3, 6, 12, 6], xi_0_sl=[1e6, 2e6, 3e6, 4e6, 5e6],
              xi_inf_sl=[2e6, 4e6, 6e6, 8e6, 10e6]), "hcp30",
    )  # fmt: skip
    np.testing.assert_array_equal(
        crystal.systems.normals, slip_systems("hcp30", c_over_a=1.6).normals
    )
    np.testing.assert_array_equal(law.tau0, np.repeat([1, 2, 3, 4, 5], [3, 3, 6, 12, 6]))
    assert crystal.constants == {"c11": 160e3, "c12": 90e3, "c13": 70e3, "c33": 180e3, "c44": 50e3}


@pytest.mark.parametrize(
    ("lattice", "table", "active", "families"),
    [
        ("hP", "hcp30", [3, 0, 0, 12], ["basal<a>"] * 3 + ["pyramidal I<c+a>"] * 12),
        ("hP", "hcp30", [0, 3], ["prismatic<a>"] * 3),
        ("cI", "bcc24", [0, 12], ["{112}<111>"] * 12),
        ("cF", "fcc12", [12, 0], ["{111}<110>"] * 12),
    ],
)
def test_inactive_families_do_not_slip(
    lattice: str, table: str, active: list[int], families: list[str]
) -> None:
    values = [10e6 * (k + 1) for k in range(len(active))]
    given = phase(lattice, N_sl=active, xi_0_sl=values, xi_inf_sl=values, n_sl=[20] * len(active))
    crystal, law = phase_material(given, table)
    assert list(crystal.systems.families) == families
    used = [10.0 * (k + 1) for k, n in enumerate(active) for _ in range(n)]
    np.testing.assert_allclose(law.tau0, used)


def test_numbers_of_inactive_families_are_not_used() -> None:
    given = phase(
        "cI", N_sl=[0, 12], n_sl=[1, 20], a_sl=[9, 2], xi_0_sl=[1, 3e7], xi_inf_sl=[1, 6e7]
    )
    assert phase_material(given, "bcc24")[0].exponent == 20


def test_a_phase_without_plasticity_has_no_systems() -> None:
    given = phase("hP") | {"plastic": {}}
    crystal, law = phase_material(given, "elastic")
    assert (crystal.width, crystal.label, law.initial(3).shape) == (0, "elastic", (3, 0))
    assert crystal.stiffness[2, 2] == 180e3


def test_latent_hardening_of_bcc() -> None:
    """DAMASK's order: self, collinear (one direction), coplanar (one plane), four others."""
    given = phase("cI", **{"h_sl-sl": [1.0, 1.5, 1.1, 1.4, 1.4, 1.4, 1.4]})
    crystal, law = phase_material(given, "bcc12")
    systems = crystal.systems
    for i in range(12):
        for j in range(12):
            one_plane = abs(systems.normals[i] @ systems.normals[j]) > 0.999
            one_direction = abs(systems.directions[i] @ systems.directions[j]) > 0.999
            expected = {(True, True): 1.0, (False, True): 1.5, (True, False): 1.1}
            assert law.latent[i, j] == expected.get((one_plane, one_direction), 1.4)
    values, counts = np.unique(law.latent[0], return_counts=True)
    assert dict(zip(values, counts, strict=True)) == {1.0: 1, 1.1: 1, 1.4: 8, 1.5: 2}


@pytest.mark.parametrize(
    ("given", "table", "message"),
    [
        (phase("cI", **{"h_sl-sl": [1, 1.4, 1, 1.4, 1.4, 1.4, 1.3]}), "bcc12", "4 equal others"),
        (phase("cI", **{"h_sl-sl": [1, 1, 1.4, 1.4, 1.4, 1.4]}), "bcc12", "4 equal others"),
        (phase("tI"), "other", "lattice 'tI'; expected one of"),
        (phase("cI", type="isotropic"), "other", "plastic type 'isotropic'"),
        (phase("cF", N_sl=[12, 6]), "other", "unknown slip systems 'other'"),
        (phase("hP") | {"elastic": CUBIC}, "hcp30", "lacks 'C_13'"),
        (phase("cF") | {"elastic": CUBIC | {"C_11,T": -1e7}}, "fcc12", "depend on temperature"),
        (
            {k: v for k, v in phase("hP", N_sl=[3]).items() if k != "c_over_a"},
            "hcp30",
            "lacks 'c/a'",
        ),
    ],
)
def test_what_has_no_counterpart_is_refused(
    given: dict[str, Any], table: str, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        phase_material(given, table)
