"""Damaged and foreign law files are refused with file and reason, and nothing in them is executed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from laws import equation, law
from mechanist.core.errors import FormatError
from mechanist.predict.law_files import load_law, write_law

Damage = Callable[[dict[str, Any]], object]


@pytest.fixture
def content(tmp_path: Path) -> dict[str, Any]:
    one = law(
        equation("u_t", {"u_xx": 0.1, "u/(0.5 + u)": -1.0}, errors=[0.01, 0.1, 0.05],
                 parameters={"K": 0.5}, held=["u/(0.5 + u)"]),
        space="x", units={"u": "m", "x": "m", "t": "s"},
    )  # fmt: skip
    write_law(tmp_path / "law.json", one)
    found: dict[str, Any] = json.loads((tmp_path / "law.json").read_text())
    return found


def read(tmp_path: Path, content: object) -> object:
    (tmp_path / "law.json").write_text(json.dumps(content))
    return load_law(tmp_path / "law.json")


def test_the_file_itself_is_accepted(tmp_path: Path, content: dict[str, Any]) -> None:
    read(tmp_path, content)
    one = load_law(str(tmp_path))
    assert one.state == ("u",)
    assert one.equations[0].terms[1].parameters == ("K",)
    assert one.equations[0].parameters == {"K": 0.5}
    assert np.array_equal(np.diag(one.equations[0].covariance), np.square([0.01, 0.1, 0.05]))
    assert one.domain.periodic == ("x",)


def put(*keys: str | int, value: object) -> Damage:
    def damage(content: dict[str, Any]) -> None:
        place: Any = content
        for key in keys[:-1]:
            place = place[key]
        place[keys[-1]] = value

    return damage


TERM = ("equations", 0, "terms", 0)
COVARIANCE = ("equations", 0, "covariance")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (put("schema", value="mechanist.law/9"), "schema 'mechanist.law/9', expected"),
        (put("kind", value="rule"), "kind is 'rule', expected 'rate' or 'map'"),
        (put(*TERM, "term", value="exp(u)"), "'exp(u)' is not a factor"),
        (put(*TERM, "term", value="__import__('os')"), "is not a factor"),
        (put(*TERM, "term", value="w_xx"), "variable 'w'; the data have ['u']"),
        (put(*TERM, "term", value="u_yy"), "differentiates along ['y']"),
        (put(*TERM, "term", value="u_t"), "as high as that on the left"),
        (put(*TERM, "coefficient", value=float("nan")), "nan; expected a finite number"),
        (put(*TERM, "coefficient", value="0.1"), "expected a number"),
        (put(*TERM, "parameters", value=["K"]), "does not hold the parameter 'K'"),
        (put(*COVARIANCE, 0, 0, value=float("inf")), "inf; expected a finite number"),
        (put(*COVARIANCE, value=[[1.0]]), "expected 3 rows of 3"),
        (put(*COVARIANCE, 0, 1, value=5e-4), "not symmetric"),
        (put(*COVARIANCE, value=[[1, 2, 0], [2, 1, 0], [0, 0, 1]]), "not positive semi-definite"),
        (put(*COVARIANCE, 2, 2, value=-1.0), "not positive semi-definite"),
        (put("equations", 0, "target", value="u_x"), "left-hand side 'u_x'"),
        (put("equations", 0, "terms", value=[]), "u_t: no terms"),
        (put("domain", "ranges", value={"u-1": [0, 1]}), "variable 'u-1'"),
        (put("domain", "axes", value={"x": {"start": 0, "stop": 1, "points": 2}}), "'t' as the last"),
        (put("offsets", value={"v": 1.0}), "variable 'v'"),
        (lambda content: content.pop("domain"), "the entry 'domain' is missing"),
        (lambda content: content["equations"].append(content["equations"][0]), "one for each"),
    ],
)  # fmt: skip
def test_damage_is_refused_with_file_and_reason(
    tmp_path: Path, content: dict[str, Any], damage: Damage, said: str
) -> None:
    damage(content)
    with pytest.raises(FormatError) as caught:
        read(tmp_path, content)
    assert str(caught.value).startswith(str(tmp_path / "law.json"))
    assert said in str(caught.value)
    assert "Fetch the law again" in str(caught.value)


@pytest.mark.parametrize(
    ("raw", "said"),
    [(b"", "0 bytes"), (b"{", "not JSON"), (b"[1]", "schema None"), (b"\xff\xfe", "not UTF-8")],
)
def test_what_is_no_law_file_is_refused(tmp_path: Path, raw: bytes, said: str) -> None:
    (tmp_path / "law.json").write_bytes(raw)
    with pytest.raises(FormatError, match=said):
        load_law(tmp_path)
    with pytest.raises(FormatError, match="cannot be read"):
        load_law(tmp_path / "other.json")


def test_a_module_beside_the_file_is_never_executed(
    tmp_path: Path, content: dict[str, Any]
) -> None:
    (tmp_path / "law.py").write_text("raise SystemExit('executed')\n")
    read(tmp_path, content)
    assert (tmp_path / "law.py").exists()
