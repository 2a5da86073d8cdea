"""Registry of equation-discovery cases: data with known equations at published parameters."""

from typing import Final

from mechanist.simulate import line_cases, odes, parametric_cases, plane_cases, random_walk
from mechanist.simulate.case import Case

SINDY: Final = "10.1073/pnas.1517384113"
PDE_FIND: Final = "10.1126/sciadv.1602614"
PARAMETRIC: Final = "10.1137/18M1191944"

_CASES: Final = (
    Case(name="linear_2d", title="Linear 2D", kind="ordinary", source=SINDY, make=odes.linear_2d),
    Case(name="cubic_2d", title="Cubic 2D", kind="ordinary", source=SINDY, make=odes.cubic_2d),
    Case(name="linear_3d", title="Linear 3D", kind="ordinary", source=SINDY, make=odes.linear_3d),
    Case(name="lorenz", title="Lorenz", kind="ordinary", source=SINDY, make=odes.lorenz),
    Case(
        name="hopf",
        title="Hopf normal form",
        kind="ordinary",
        source=SINDY,
        make=odes.hopf,
        note="published: step 0.0025; the parameter is an input here, a state there",
    ),
    Case(name="logistic", title="Logistic map", kind="map", source=SINDY, make=odes.logistic),
    Case(name="burgers", title="Burgers", kind="partial", source=PDE_FIND, make=line_cases.burgers),
    Case(name="kdv", title="KdV", kind="partial", source=PDE_FIND, make=line_cases.kdv),
    Case(
        name="kdv_solitons",
        title="KdV, single solitons",
        kind="partial",
        source=PDE_FIND,
        make=line_cases.kdv_solitons,
    ),
    Case(
        name="kuramoto_sivashinsky",
        title="Kuramoto-Sivashinsky",
        kind="partial",
        source=PDE_FIND,
        make=line_cases.ks,
    ),
    Case(name="nls", title="NLS", kind="partial", source=PDE_FIND, make=line_cases.nls),
    Case(
        name="schroedinger",
        title="Schrödinger, harmonic well",
        kind="partial",
        source=PDE_FIND,
        make=line_cases.schroedinger,
        note="published: grid 512 x 401; interval and first state are chosen here",
    ),
    Case(
        name="reaction_diffusion",
        title="Reaction-diffusion",
        kind="partial",
        source=PDE_FIND,
        make=plane_cases.reaction_diffusion,
        note="published: 256 x 256 points stored, 201 times from t = 0",
    ),
    Case(
        name="navier_stokes",
        title="Navier-Stokes",
        kind="partial",
        source=PDE_FIND,
        make=plane_cases.navier_stokes,
        note="published: wake of a cylinder at Re = 100, 449 x 199 x 151; here decaying turbulence",
    ),
    Case(
        name="random_walk",
        title="Random walk",
        kind="stochastic",
        source=PDE_FIND,
        make=random_walk.random_walk,
        note="bins and lags are chosen here",
    ),
    Case(
        name="parametric_burgers",
        title="Burgers, a(t)",
        kind="parametric",
        source=PARAMETRIC,
        make=parametric_cases.parametric_burgers,
    ),
    Case(
        name="parametric_advection_diffusion",
        title="Advection-diffusion, c(x)",
        kind="parametric",
        source=PARAMETRIC,
        make=parametric_cases.parametric_advection_diffusion,
    ),
    Case(
        name="parametric_kuramoto_sivashinsky",
        title="Kuramoto-Sivashinsky, a(x), b(x), c(x)",
        kind="parametric",
        source=PARAMETRIC,
        make=parametric_cases.parametric_ks,
    ),
)
#: Cases by name; parameters with their defaults are ``CASES[name].defaults``.
CASES: Final[dict[str, Case]] = {case.name: case for case in _CASES}


def find_case(name: str) -> Case:
    """Return a case.

    Raises
    ------
    ValueError
        If the name is unknown; the message lists the known names.
    """
    if name not in CASES:
        raise ValueError(f"unknown case {name!r}; expected one of {sorted(CASES)}")
    return CASES[name]
