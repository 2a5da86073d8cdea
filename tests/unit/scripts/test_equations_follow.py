"""From noisy data to a law, followed from another state: the truth is in its band, a wrong law's is not."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from mechanist.core.typing import FloatArray
from mechanist.formats.field_files import FieldData, write_fields
from mechanist.imports.entry_errors import EntryError
from mechanist.predict.law_files import load_law
from mechanist.predict.law_outputs import read_followed
from scripts.equations import discover, figure_followed, follow

STARTS = ((1.8, 0.0), (0.0, 2.0), (-1.2, 0.5), (0.8, -1.5), (2.2, 0.5))
LATER = np.linspace(0.0, 12.0, 25)
LIBRARY = {"kind": "polynomial", "degree": 3, "terms": ["x_t", "(x^2)_t"]}


def swing(start: tuple[float, float], times: FloatArray) -> FloatArray:
    """Return the positions of a damped swing, x_tt = -x - 0.2 x_t - 0.5 x^3."""

    def rate(_: float, state: FloatArray) -> list[float]:
        return [state[1], -state[0] - 0.2 * state[1] - 0.5 * state[0] ** 3]

    span = (times[0], times[-1])
    return solve_ivp(rate, span, start, t_eval=times, rtol=1e-10, atol=1e-12).y[0]


@pytest.fixture(scope="module")
def laws(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the files of the law that is found in five runs with noise of 2 %."""
    folder = tmp_path_factory.mktemp("swing")
    rng, t = np.random.default_rng(0), 0.05 * np.arange(161)
    runs = []
    for k, start in enumerate(STARTS):
        x = swing(start, t)
        noisy = x + 0.02 * x.std() * rng.normal(size=x.shape)
        units = {"x": "mm", "t": "s"}
        runs.append(FieldData(str(k), {"t": t.copy()}, {"x": noisy}, units=units))
    write_fields(folder / "data.h5", runs)
    discover.main(
        folder / "data.h5", folder / "weak.json", folder / "runs.parquet", folder / "laws",
        case="swing", method="weak", library=LIBRARY, settings={"targets": ["x_tt"]},
        rules=["penalised", "auto"], levels=[0.0], seeds=1, seed=0, resamples=0,
    )  # fmt: skip
    np.savez(folder / "truth.npz", x=swing((1.0, 1.0), LATER), t=LATER, v=np.array([[1.0]]))
    return folder


def entry(folder: Path, **changes: Any) -> Any:
    return {
        "path": str(folder / "truth.npz"), "fields": {"x": 1.0, "x_t": "v"}, "times": "t",
        "truth": {"x": "x"}, "draws": 200, "level": 0.95,
    } | changes  # fmt: skip


def followed(law: Path, out: Path, asked: Any) -> dict[str, Any]:
    follow.main(law, out / "solution.npz", out / "summary.json", entry=asked, place="here", seed=0)
    said: dict[str, Any] = json.loads((out / "summary.json").read_text())
    return said


def test_the_truth_is_in_the_band_and_a_wrong_coefficient_is_not(
    laws: Path, tmp_path: Path
) -> None:
    law = load_law(laws / "laws")
    assert [one.target for one in law.equations] == ["x_tt"]
    found = {one.term.name: (one.coefficient, one.unit) for one in law.equations[0].terms}
    assert {name: unit for name, (_, unit) in found.items()} == {
        "x": "s^-2", "x^3": "mm^-2 s^-2", "x_t": "s^-1",
    }  # fmt: skip
    said = followed(laws / "laws/law.json", tmp_path, entry(laws))
    assert said["truth"]["x"]["share_within_band"] > 0.75
    assert said["truth"]["x"]["largest_error"] < 0.1 * said["truth"]["x"]["spread_of_truth"]
    assert said["widest_band"]["x"] < 0.2 * said["truth"]["x"]["spread_of_truth"]
    content = json.loads((laws / "laws/law.json").read_text())
    content["equations"][0]["terms"][0]["coefficient"] *= 1.1
    (tmp_path / "wrong.json").write_text(json.dumps(content))
    wrong = followed(tmp_path / "wrong.json", tmp_path, entry(laws))
    assert wrong["truth"]["x"]["share_within_band"] < 0.35
    assert wrong["truth"]["x"]["largest_error"] > 5 * said["truth"]["x"]["largest_error"]


def test_errors_that_belong_together_make_a_narrower_band(laws: Path, tmp_path: Path) -> None:
    """Stiffness and its cubic part have opposite errors: taken for independent, bands are too wide."""
    content = json.loads((laws / "laws/law.json").read_text())
    covariance = np.array(content["equations"][0]["covariance"])
    names = [one["term"] for one in content["equations"][0]["terms"]]
    linear, cubic = names.index("x"), names.index("x^3")
    sizes = np.sqrt(np.diag(covariance))
    assert covariance[linear, cubic] / (sizes[linear] * sizes[cubic]) < -0.8
    errors = [one["error"] for one in content["equations"][0]["terms"]]
    assert sizes == pytest.approx(errors, rel=1e-12)
    whole = followed(laws / "laws/law.json", tmp_path, entry(laws))
    content["equations"][0]["covariance"] = np.diag(np.diag(covariance)).tolist()
    (tmp_path / "diagonal.json").write_text(json.dumps(content))
    apart = followed(tmp_path / "diagonal.json", tmp_path, entry(laws))
    assert apart["widest_band"]["x"] > 1.5 * whole["widest_band"]["x"]


def test_same_seed_same_bytes_and_the_figure_shows_what_the_file_holds(
    laws: Path, tmp_path: Path
) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        followed(laws / "laws/law.json", tmp_path / name, entry(laws, draws=20))
    files = [(tmp_path / name / "solution.npz").read_bytes() for name in "ab"]
    assert files[0] == files[1]
    arrays = read_followed(tmp_path / "a/solution.npz")
    assert set(arrays) == {"t", "lost", "x:truth"} | {
        name + ending for name in ("x", "x_t") for ending in ("", ":mean", ":low", ":high")
    }
    assert arrays["x"][0] == 1.0
    assert (arrays["x:low"] <= arrays["x:high"]).all()
    figure_followed.main(
        solution=tmp_path / "a/solution.npz", summary=tmp_path / "a/summary.json",
        stem=tmp_path / "figure",
    )  # fmt: skip
    lines = (tmp_path / "figure.csv").read_text().splitlines()
    assert lines[0] == "panel,t,solution,mean,band_from,band_to,truth,entry,unit"
    # position and velocity, each with its difference from the law
    assert len(lines) == 1 + 4 * len(LATER)
    assert lines[1].endswith(",x,mm")
    assert ",0," in lines[1 + len(LATER)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"fields": {"x": 1.0}}, "initial state of ['x']; expected ['x', 'x_t']"),
        ({"fields": {"x": "w", "x_t": 0.0}}, "no array 'w'"),
        ({"fields": {"x": "x", "x_t": 0.0}}, "array 'x' has the shape (25,), expected ()"),
        ({"units": {"x": "m"}}, "unit 'm' of 'x', but the law 'swing' has 'mm'"),
        ({"units": {"v": "m"}}, "unit 'm' of 'v', but the law 'swing' states none"),
        ({"truth": {"y": "x"}}, "truth of ['y'], expected some of ['x', 'x_t']"),
        ({"truth": {"x": "v"}}, "array 'v' has the shape (1, 1), expected (25,)"),
        ({"times": [1.0, 0.0], "truth": {}}, "at least two that increase"),
        ({"axes": {"x": "t"}}, "axes ['x']; expected []"),
        ({"path": "absent.npz"}, "absent.npz"),
    ],
)
def test_entries_that_do_not_fit_are_refused_with_their_place(
    laws: Path, tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(EntryError) as caught:
        followed(laws / "laws/law.json", tmp_path, entry(laws, **changes))
    assert said in str(caught.value)
    assert str(caught.value).startswith("here: ")
    assert not (tmp_path / "solution.npz").exists()


def test_equal_units_may_be_written_differently(laws: Path, tmp_path: Path) -> None:
    units = {"x": "mm", "t": "s"}
    assert followed(laws / "laws/law.json", tmp_path, entry(laws, units=units))["law"] == "swing"


def test_without_a_law_the_files_say_so(tmp_path: Path) -> None:
    """White noise obeys no equation: the files are written all the same, and nothing is followed."""
    rng, t = np.random.default_rng(1), 0.1 * np.arange(400)
    write_fields(tmp_path / "noise.h5", [FieldData("n", {"t": t}, {"x": rng.normal(size=400)})])
    discover.main(
        tmp_path / "noise.h5", tmp_path / "weak.json", tmp_path / "runs.parquet", tmp_path / "laws",
        case="noise", method="weak", library={"kind": "polynomial", "degree": 2}, rules=["auto"],
        levels=[0.0], seeds=1, seed=0, resamples=0,
    )  # fmt: skip
    law = load_law(tmp_path / "laws")
    assert law.equations == ()
    assert law.not_found == ("x_t",)
    assert "found no equation" in (tmp_path / "laws/law.py").read_text()
    assert "# no equation found for x_t" in (tmp_path / "laws/law.txt").read_text()
    asked = {"fields": {"x": 1.0}, "times": [0.0, 1.0], "draws": 0, "level": 0.95}
    with pytest.raises(EntryError, match="no equation for x_t"):
        followed(tmp_path / "laws/law.json", tmp_path, asked)
