"""What a search finds becomes a law: fitted numbers, offsets, tied terms, and errors that belong together."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from mechanist.core.typing import FloatArray
from mechanist.discover.found_equations import discover
from mechanist.discover.search import Search
from mechanist.formats.equation_files import EquationFile, read_equations, write_equations
from mechanist.formats.field_files import FieldData
from mechanist.predict.found_law import Law
from mechanist.predict.law_draws import drawn
from mechanist.predict.law_export import domain_of, law_of
from mechanist.predict.law_files import read_law, write_law
from mechanist.predict.law_forward import forward


def found(
    data: list[FieldData], library: Mapping[str, Any], tmp_path: Path, **settings: Any
) -> Law:
    """Return the law of data, read back from the files of equations and of laws."""
    method = settings.pop("method", "weak")
    search = Search.from_settings(method, library, settings)
    equations = tuple(discover(search, data))
    write_equations(tmp_path / "weak.json", EquationFile("toy", method, 0.0, 0, equations))
    read = read_equations(tmp_path / "weak.json").equations
    assert [one.covariance for one in read] == [one.covariance for one in equations]
    law = law_of(read, data, name="toy", method=method, noise=0.0, library=library, facts={})
    write_law(tmp_path / "law.json", law)
    return read_law(tmp_path / "law.json")


def uptake(noise: float) -> list[FieldData]:
    """Return runs of x_t = 0.4 - 1.2 x/(0.5 + x)."""
    t, made = np.linspace(0.0, 6.0, 121), []
    for run, start in enumerate((0.05, 2.5, 1.0, 4.0)):
        x = solve_ivp(lambda _, x: 0.4 - 1.2 * x / (0.5 + x), (0, 6.01), [start], t_eval=t,
                      rtol=1e-10, atol=1e-12).y[0]  # fmt: skip
        x = x + noise * np.random.default_rng(run).normal(size=len(t))
        made.append(FieldData(f"run{run}", {"t": t.copy()}, {"x": x}))
    return made


def test_a_fitted_number_has_a_covariance_with_the_coefficients(tmp_path: Path) -> None:
    library = {"kind": "polynomial", "degree": 2, "terms": ["x/(K + x)"],
               "parameters": {"K": [0.05, 5.0]}}  # fmt: skip
    law = found(uptake(0.01), library, tmp_path)
    (one,) = law.equations
    assert [(t.term.name.split("/")[0], t.parameters) for t in one.terms] == [
        ("1", ()),
        ("x", ("K",)),
    ]
    assert one.parameters["K"] == pytest.approx(0.5, abs=0.03)
    assert one.covariance is not None
    assert one.covariance.shape == (3, 3)
    sizes = np.sqrt(np.diag(one.covariance))
    # the rates at 0.25, where runs end, and at 4, where one starts, are known best: with a larger K,
    # x/(K + x) differs more between them, so that its coefficient, near -1.2, must be smaller
    assert one.covariance[1, 2] / (sizes[1] * sizes[2]) > 0.5
    start, times = 3.0, np.linspace(0.0, 8.0, 17)
    true = solve_ivp(lambda _, x: 0.4 - 1.2 * x / (0.5 + x), (0, 8), [start], t_eval=times,
                     rtol=1e-10, atol=1e-12).y[0]  # fmt: skip
    followed = forward(law, {"x": start}, times, draws=400)
    inside = (true >= followed.low["x"]) & (true <= followed.high["x"])
    assert inside[1:].mean() > 0.8
    assert np.abs(followed.central["x"] - true).max() < 0.03


def ring(offset: float, noise: float) -> FieldData:
    """Return u + offset, where u_t = -0.5 (u^2)_x + 0.15 u_xx on a ring of length 20."""
    n, steps = 96, 300
    x, k = np.arange(n) * 20 / n, 2 * np.pi * np.fft.rfftfreq(n, 20 / n)

    def rate(u: FloatArray) -> FloatArray:
        return np.fft.irfft(-0.15 * k**2 * np.fft.rfft(u) - 0.5j * k * np.fft.rfft(u**2), n)

    u, frames = 0.5 * np.sin(2 * np.pi * x / 20) + 0.4 * np.sin(6 * np.pi * x / 20), []
    for step in range(steps + 1):
        if step % 3 == 0:
            frames.append(u)
        middle = u + 0.01 * rate(u)
        u = u + 0.02 * rate(middle)
    made = np.array(frames).T
    made = made + noise * np.random.default_rng(0).normal(size=made.shape) + offset
    t = 0.06 * np.arange(len(frames))
    return FieldData("ring", {"x": x, "t": t}, {"u": made}, periodic=frozenset("x"))


def test_a_law_far_from_zero_is_written_in_deviations(tmp_path: Path) -> None:
    data = ring(1000.0, 0.005)
    law = found([data], {"degree": 2, "order": 2}, tmp_path)
    assert set(law.offsets) == {"u"}
    assert law.offsets["u"] == pytest.approx(1000.0, abs=1.0)
    assert "u'_t" in law.equations[0].text
    clean = ring(1000.0, 0.0).fields["u"][:, ::20]
    start = clean[:, 0]
    followed = forward(
        law, {"u": start}, data.axes["t"][::20], axes={"x": data.axes["x"]}, draws=50
    )
    assert np.abs(followed.central["u"] - clean).max() < 0.01
    width = followed.high["u"] - followed.low["u"]
    # coefficients of u^2 near 1000 have errors a million times as large, which cancel
    assert width.max() < 0.05


def test_tied_terms_are_drawn_as_one(tmp_path: Path) -> None:
    n = 32
    x = np.arange(n) * 2 * np.pi / n
    k = np.fft.fftfreq(n, 1 / n)
    rng = np.random.default_rng(2)
    modes = np.fft.fft2(rng.normal(size=(n, n))) * (np.hypot(*np.meshgrid(k, k)) < 5)
    square = k[:, None] ** 2 + k**2
    t = 0.02 * np.arange(60)
    u = np.stack([np.fft.ifft2(modes * np.exp(-0.1 * square * one)).real for one in t], axis=-1)
    u = u / u.std() + 0.02 * rng.normal(size=u.shape)
    data = FieldData("sheet", {"x": x, "y": x.copy(), "t": t}, {"u": u}, periodic=frozenset("xy"))
    law = found([data], {"degree": 2, "order": 2}, tmp_path, priors={"scalars": ["u"]})
    (one,) = law.equations
    assert [term.term.name for term in one.terms] == ["u_xx", "u_yy"]
    members = drawn(law, 50, seed=0).coefficients
    assert members["u_t: u_xx"].std() > 0.0
    assert members["u_t: u_yy"] == pytest.approx(members["u_t: u_xx"], rel=1e-9)


@pytest.mark.parametrize("method", ["derivative:finite_difference", "map"])
def test_methods_without_a_correction_have_the_scatter_over_blocks(
    method: str, tmp_path: Path
) -> None:
    rng, t = np.random.default_rng(0), np.arange(400.0)
    n = np.empty(400)
    n[0] = 0.3
    for k in range(399):
        n[k + 1] = 3.9 * n[k] * (1 - n[k])
    data = FieldData("one", {"t": t}, {"n": n + 1e-3 * rng.normal(size=400)})
    if method != "map":
        data = FieldData(
            "one", {"t": 0.05 * t}, {"n": np.exp(-0.1 * t) + 1e-4 * rng.normal(size=400)}
        )
    law = found([data], {"kind": "polynomial", "degree": 2}, tmp_path, method=method)
    (one,) = law.equations
    assert law.kind == ("map" if method == "map" else "rate")
    assert one.covariance is not None
    assert (np.diag(one.covariance) > 0.0).all()
    assert np.linalg.eigvalsh(one.covariance)[0] > -1e-12 * one.covariance.max()


def test_domain_is_what_all_trajectories_cover_together() -> None:
    one = FieldData("a", {"t": np.arange(5.0)}, {"x": np.arange(5.0)}, inputs={"f": np.ones(5)})
    two = FieldData(
        "b", {"t": np.arange(2.0, 10.0)}, {"x": -np.arange(8.0)}, inputs={"f": np.zeros(8)}
    )
    domain = domain_of([one, two])
    assert (domain.axes["t"].start, domain.axes["t"].stop, domain.axes["t"].points) == (0.0, 9.0, 8)
    assert domain.ranges == {"x": (-7.0, 4.0), "f": (0.0, 1.0)}
    assert domain.trajectories == 2
