"""Measured curves of rubbers are read strictly; the shipped ones give the laws that README states."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from mechanist.core.errors import FormatError
from mechanist.discover.elastic_energy import discover_energy
from mechanist.imports.rubber_curves import read_rubber
from mechanist.settings.models.elastic_settings import ElasticMaterial

ROOT = Path(__file__).parents[3]
TABLE = "stretch,stress\n1.0,0\n1.5,0.3\n2.0,0.5\n"


def material(
    folder: Path, uniaxial: str = TABLE, shear: str = TABLE, **more: object
) -> ElasticMaterial:
    for name, text in (("u", uniaxial), ("p", shear)):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    tests = {"uniaxial": str(folder / "u.csv"), "pure_shear": str(folder / "p.csv")}
    return ElasticMaterial.model_validate({"label": "a", "tests": tests, "unit": "MPa", **more})


def shipped(name: str) -> ElasticMaterial:
    settings = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    entry = settings["equations"]["elastic"]["materials"][name]
    entry["tests"] = {kind: str(ROOT / path) for kind, path in entry["tests"].items()}
    return ElasticMaterial.model_validate(entry)


def test_stresses_and_their_errors_are_read(tmp_path: Path) -> None:
    first, second = read_rubber(material(tmp_path, shear="stretch,stress\n3,4\n"))
    assert (first.test, second.test) == ("uniaxial", "pure_shear")
    # The undeformed point is left out; errors are 1 % of the largest stress, 4, and 3 % of each.
    np.testing.assert_allclose(first.stretch, [1.5, 2.0])
    np.testing.assert_allclose(first.error, [0.04 + 0.009, 0.04 + 0.015])
    np.testing.assert_allclose(second.error, [0.04 + 0.12])


def test_cauchy_stresses_become_nominal(tmp_path: Path) -> None:
    first, _ = read_rubber(material(tmp_path, stress="cauchy"))
    np.testing.assert_allclose(first.stress, [0.2, 0.25])


def test_columns_and_errors_are_settable(tmp_path: Path) -> None:
    table = TABLE.replace("stretch,stress", "lambda,P")
    columns = {"stretch": "lambda", "stress": "P"}
    error = {"relative": 0.0, "floor": 0.1}
    first, _ = read_rubber(material(tmp_path, table, table, columns=columns, error=error))
    np.testing.assert_allclose(first.error, [0.05, 0.05])


@pytest.mark.parametrize(
    ("table", "line", "message"),
    [
        ("stretch,stress\n1.5,0.3\n-0.5,0.5\n", 3, "-0.5, expected a positive stretch"),
        ("stretch,stress\n0,0\n0.5,0.3\n", 2, "0, expected a positive stretch"),
        ("stretch,stress\n0.5,0.3\n", 2, "opposite signs"),
        ("stretch,stress\n1.5,-0.3\n", 2, "opposite signs"),
        ("stretch,stress\n1.5,nan\n", 2, "nan"),
        ("stretch,stress\n1,5;0,3\n", 2, "expected 2"),
    ],
)
def test_what_is_no_stretch_is_refused_with_its_line(
    tmp_path: Path, table: str, line: int, message: str
) -> None:
    with pytest.raises(FormatError, match=message) as caught:
        read_rubber(material(tmp_path, table))
    assert f"u.csv:{line}" in str(caught.value)


def test_a_table_without_load_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="undeformed sample"):
        read_rubber(material(tmp_path, "stretch,stress\n1,0\n"))


def test_treloar_data_give_one_law_whichever_test_is_left_out() -> None:
    found = discover_energy(read_rubber(shipped("treloar_1944")), most=4)
    assert found.law.terms == ("I1", "(I1-3)^4", "sqrt(I2)")
    assert found.inclusion == (1.0, 1.0, 1.0)
    assert found.law.overall < 0.5
    assert found.verdict.startswith("supported")


def test_kawabata_data_do_not_support_one_law() -> None:
    found = discover_energy(read_rubber(shipped("kawabata_1981")), most=4)
    assert found.law.terms == ("I1", "ln(I2)")
    assert min(found.inclusion) < 0.5
    assert found.law.overall > 1
    assert found.verdict.startswith("its terms change when a kind of test is left out")
