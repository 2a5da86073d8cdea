"""Priors: excluded and admitted terms, and errors for wrong declarations."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mechanist.discover.library import divergence_library, polynomial_library, product_library
from mechanist.discover.priors import Priors, rotation_invariants
from mechanist.discover.selection import select
from mechanist.discover.terms import parse_term, parse_terms
from mechanist.discover.tied import summed
from mechanist.discover.units import parse_unit
from sparse_systems import compressed

BURGERS = divergence_library(["u"], ["x"], degree=3, order=3)
VELOCITY = {"u": "m/s", "x": "m", "t": "s"}


def names(terms):
    return {term.name for term in terms}


def test_units_admit_only_dimensionally_right_terms():
    kept = Priors(units=VELOCITY).admissible(BURGERS, parse_term("u_t"))
    assert names(kept) == {"(u^2)_x"}
    viscous = Priors(units=VELOCITY, constants={"nu": "m^2/s"})
    # nu u_xx, and 1/nu times u^3
    assert names(viscous.admissible(BURGERS, parse_term("u_t"))) == {"(u^2)_x", "u_xx", "u^3"}


def test_two_powers_of_a_constant_admit_more():
    priors = Priors(units=VELOCITY, constants={"nu": "m^2/s"}, constant_power=2)
    assert "u_xxx" not in names(priors.admissible(BURGERS, parse_term("u_t")))
    library = (*BURGERS, parse_term("u^5"), *parse_terms(["u_xxxx"]))
    constants = {"nu": "m^2/s", "c": "m/s"}
    priors = Priors(units=VELOCITY, constants=constants, constant_power=2)
    kept = names(priors.admissible(library, parse_term("u_t")))
    assert "u_x" in kept
    assert "u_xxxx" not in kept


@pytest.mark.parametrize(
    ("text", "same"),
    [("N", "kg m s^-2"), ("MPa", "J/m^3"), ("m^2/s", "m^2 s^-1"), ("m/s/s", "m s^-2"), ("1", "rad"),
     ("m^1/2", "m^1/2"), ("kN*m", "J"), ("um", "nm"), ("1/s", "Hz")],
)  # fmt: skip
def test_units_parse(text, same):
    assert parse_unit(text, of="u") == parse_unit(same, of="v")


def test_different_units_differ():
    assert parse_unit("Pa", of="u") != parse_unit("N", of="u")
    assert str(parse_unit("m s^-2", of="u")) == "m s^-2"
    assert str(parse_unit("1", of="u")) == "1"


@pytest.mark.parametrize("text", ["furlong", "m^x", "", "m//s", "k", "2 m"])
def test_units_that_do_not_parse_name_the_field(text):
    with pytest.raises(ValueError, match=r"unit .* of 'rho'"):
        parse_unit(text, of="rho")


def test_a_missing_unit_is_named():
    with pytest.raises(ValueError, match=r"no unit of \['x'\]"):
        Priors(units={"u": "m/s", "t": "s"}).admissible(BURGERS, parse_term("u_t"))


def test_reflection_keeps_terms_of_the_targets_parity():
    odd = Priors(parity={"x": {"u": -1}})
    kept = names(odd.admissible(BURGERS, parse_term("u_t")))
    assert kept == {"u", "u^3", "(u^2)_x", "u_xx", "(u^3)_xx", "(u^2)_xxx"}
    even = Priors(parity={"x": {"u": 1}})
    assert names(even.admissible(BURGERS, parse_term("u_t"))) == names(BURGERS) - {
        t.name for t in BURGERS if t.order % 2
    }
    with pytest.raises(ValueError, match="expected 1 or -1"):
        Priors(parity={"x": {"u": 2}}).admissible(BURGERS, parse_term("u_t"))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), odd=st.booleans())
def test_parity_is_what_reflection_of_real_fields_does(seed, odd):
    # With a Fourier series and its mirror image, admitted terms have the parity of the target.
    rng = np.random.default_rng(seed)
    n = 32
    sign = -1.0 if odd else 1.0
    waves = 1j * np.fft.fftfreq(n, 1 / n)
    modes = np.where(np.abs(waves) < 4, rng.normal(size=n) + 1j * rng.normal(size=n), 0)
    u = np.fft.ifft(modes).real

    def value(term, field):
        total = np.ones(n)
        for factor in term.factors:
            inner = sum(k for _, k in factor.orders)
            total = total * np.fft.ifft(waves**inner * np.fft.fft(field)).real ** factor.power
        return np.fft.ifft(waves ** sum(k for _, k in term.outer) * np.fft.fft(total)).real

    def mirror(values):
        return np.roll(values[::-1], 1)

    library = product_library(["u"], ["x"], degree=2, order=3)
    kept = Priors(parity={"x": {"u": int(sign)}}).admissible(library, parse_term("u_t"))
    for term in library:
        image = value(term, sign * mirror(u))
        expected = sign * mirror(value(term, u))
        same = np.allclose(image, expected, atol=1e-9 * (1 + np.abs(expected).max()))
        assert same == (term in kept), term.name


def test_conservation_keeps_divergences():
    kept = Priors(conservation=True).admissible(BURGERS, parse_term("u_t"))
    assert names(kept) == {t.name for t in BURGERS if t.order}
    library = parse_terms(["u", "u u_x", "(u u_x)_x"])
    assert names(Priors(conservation=True).admissible(library, parse_term("u_t"))) == {"(u u_x)_x"}
    with pytest.raises(ValueError, match="exclude all 3 terms"):
        Priors(conservation=True).admissible(polynomial_library(["u"], degree=2), parse_term("u_t"))


def test_rotation_leaves_sums_that_treat_axes_alike():
    library = divergence_library(["u"], ["x", "y"], degree=2, order=2)
    groups = Priors(scalars=("u",)).groups(library, parse_term("u_t"), ["x", "y"])
    assert [names(group) for group in groups] == [
        {"1"}, {"u"}, {"u_xx", "u_yy"}, {"u^2"}, {"(u^2)_xx", "(u^2)_yy"},
    ]  # fmt: skip
    lame = parse_terms(["u_x", "u_xx"])
    with pytest.raises(ValueError, match="no rotation-invariant sum"):
        Priors(scalars=("u",)).groups(lame, parse_term("u_t"), ["x", "y"])
    free = Priors().groups(lame, parse_term("u_t"), ["x", "y"])
    assert [names(group) for group in free] == [{"u_x"}, {"u_xx"}]


def test_the_biharmonic_counts_its_mixed_term_twice():
    groups = rotation_invariants(["u"], ["x", "y"], degree=1, order=4)
    biharmonic = next(group for group in groups if "u_xxxx" in names(group))
    assert [term.name for term in biharmonic].count("u_xxyy") == 2


def test_unknown_priors_are_refused():
    with pytest.raises(ValueError, match=r"\['symmetry'\] are unknown"):
        Priors.from_mapping({"symmetry": "cubic"})
    assert Priors.from_mapping({"scalars": "u", "conservation": True}).scalars == ("u",)


def test_summed_columns_find_a_coefficient_that_single_ones_split():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(200, 4))
    target = 0.5 * (rows[:, 0] + 2 * rows[:, 1]) + 0.05 * rng.normal(size=200)
    system = compressed(rows, target)
    f = system.terms
    tied = summed(system, [(f[0], f[1], f[1]), (f[2],), (f[3],)])
    found = select(tied, max_terms=2)
    assert found.fit.support == (0,)
    assert found.fit.weights[0] == pytest.approx(0.5, abs=0.01)
    assert tied.notes["f0"] == "sum of f0 + f1 + f1"
    with pytest.raises(ValueError, match="of groups must differ"):
        summed(system, [(f[0],), (f[0], f[1])])
    with pytest.raises(ValueError, match="not in the system"):
        summed(tied, [(f[1],)])
