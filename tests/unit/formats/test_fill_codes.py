"""Codes for missing values are told from numbers: known codes far from all other values."""

import numpy as np
import pytest

from mechanist.formats.fill_codes import fill_code, matching


def among(rest: list[float], code: float, count: int) -> np.ndarray:
    return np.array([*rest[:1], *[code] * count, *rest[1:]])


@pytest.mark.parametrize(
    ("rest", "code", "count"),
    [
        ([0.1, 0.5, 0.2], -999.0, 1),
        ([0.1, 0.5, 0.2], -9999.0, 40),
        ([300.0, 280.0, 310.0], -999.0, 3),
        ([0.0, 600.0, 1200.0], -999.0, 3),  # 999 from the nearest, more than half of 1200
        ([-20.0, 30.0, 10.0], -99.0, 3),
        ([1e-5, 2e-5], 9.969209968386869e36, 2),
        ([1e-5, 2e-5], 9.96921e36, 2),  # as a text with six digits
        ([1e15, 2e15], float(np.float32(1e20)), 1),  # in single precision
        ([5.0, 7.0], -32768.0, 5),
        ([0.0, 0.0], 9999.0, 3),
        ([], -999.0, 3),
    ],
)
def test_codes_are_found(rest: list[float], code: float, count: int) -> None:
    found = fill_code(among(rest, code, count))
    assert found is not None
    assert (found.value, found.occurrences) == (code, count)
    assert found.place == ((1,) if rest else (0,))
    assert found.others == ((min(rest), max(rest)) if rest else None)


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize(
    "size",
    [999.0, 9999.0, 99999.0, 999999.0, 1e20, 1e30, 1e34, 1e35, 1e36, 1e37, 9.969209968386869e36],
)
def test_every_code_is_known_with_both_signs(size: float, sign: float) -> None:
    found = fill_code(np.array([0.1, sign * size, 0.3]))
    assert found is not None
    assert found.value == sign * size
    assert fill_code(np.array([0.1, sign * 2.5 * size, 0.3])) is None


@pytest.mark.parametrize("code", [-99.0, -32767.0, -32768.0, -2147483647.0, -2147483648.0])
def test_some_codes_are_negative_alone(code: float) -> None:
    assert fill_code(np.array([0.1, code, 0.3])) is not None
    assert fill_code(np.array([0.1, -code, 0.3])) is None


@pytest.mark.parametrize(
    "values",
    [
        [0.0] * 50 + [3.0, 4.0],  # many equal values
        [-1.0] * 50 + [0.3, 0.9],  # a plateau that is no code
        [-998.0] * 50 + [0.3, 0.9],
        [-1200.0, -999.0, -999.0, -999.0, 800.0],  # amid other values
        [-99.0, -99.0, -99.0, -60.0, 40.0],  # 39 beside a range of 100
        [-99.0, -20.0, 30.0],  # once, at less than ten times the range of the others
        [1000.0, 1000.2, 999.0, 999.0, 999.0],  # near, relative to the magnitude
        [999.0, 999.0],  # nothing else, and few
        [],
    ],
)
def test_numbers_are_no_codes(values: list[float]) -> None:
    assert fill_code(np.array(values)) is None


def test_what_the_user_accepts_is_a_number() -> None:
    values = np.array([0.1, -999.0, 0.3, -9999.0])
    first = fill_code(values)
    assert first is not None
    assert first.value == -999.0
    second = fill_code(values, accepted=[-999.0])
    assert second is None  # since -9999 is then less than ten times 999.3 away, and occurs once
    assert fill_code(np.array([0.1, 1e20, 0.3]), accepted=[1e20]) is None


def test_places_have_the_shape_of_the_array_and_other_types_are_left_alone() -> None:
    values = np.arange(6.0).reshape(2, 3) / 7
    values[1, 0] = -9999.0
    found = fill_code(values.astype(np.float32))
    assert found is not None
    assert found.place == (1, 0)
    assert found.said(values.size) == (
        "1 of 6 values are -9999, the first at index (1, 0); there are others from 0 to 0.7143, so that"
        " it looks like a code for missing values"
    )
    assert fill_code(np.array(["-999", "a"])) is None
    assert fill_code(np.array([-999, -999, -999, 4, 5], dtype=np.int16)) is not None
    assert fill_code(np.array([np.nan, -999.0, np.nan])) is None


def test_a_code_is_written_as_yaml_reads_a_number() -> None:
    found = fill_code(np.array([1e20, 0.5, 0.6]))
    assert found is not None
    assert found.written == "1.0e+20"
    np.testing.assert_array_equal(matching(np.array([1e20, 1.1e20, -999.0]), 1e20), [1, 0, 0])
    np.testing.assert_array_equal(matching(np.array([-999.0, -999.001]), -999.0), [1, 0])
