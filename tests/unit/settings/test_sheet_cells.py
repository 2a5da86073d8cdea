"""Cells of the sheet: loads, frames, pairs and options."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mechanist.settings.sheet_cells import frame_of, frames_of, load_of, pairs_of
from mechanist.settings.sheet_errors import CellError
from mechanist.settings.sheet_options import options_of


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("{a: 1e-3}", 1e-3), ("{a: 2.5E6}", 2.5e6), ("{a: .5}", 0.5), ("{a: -3}", -3), ("{a: 7.}", 7.0),
        ("{a: 1:30}", "1:30"), ("{a: 010}", "010"), ("{a: no}", "no"), ("{a: 2020-01-01}", "2020-01-01"),
        ("{a: '1e-3'}", "1e-3"), ("{a: true}", True), ("{a: ~}", None), ("{a: 1_000}", "1_000"),
        ("{a: nan}", "nan"), ("{a: .inf}", ".inf"), ("{a: y}", "y"), ("{a: {b: [1e2, x]}}", {"b": [100.0, "x"]}),
        ("{a: 12345678901234567890}", 12345678901234567890.0),
    ],
)  # fmt: skip
def test_words_in_options_mean_what_they_look_like(cell: str, value: Any) -> None:
    (found,) = options_of(cell).values()
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("{burgers: 2,86e-10}", "8.6e-09 is given where a key is expected. Write decimal points"),
        ("{burgers: '2,86e-10'}", "'2,86e-10', expected a number. Write decimal points"),
        ("{a: {b: 0,5}}", "5 is given where a key is expected. Write decimal points"),
        ("{a: 1e999}", "'1e999' is larger than any number"),
        ("{a: [{b: 1, b: 2}]}", "'b' occurs twice"),
        ("{a: " + "[" * 3000 + "}", "cannot be read"),
        ("{a: !!python/object:os.system {}}", "cannot be read"),
        ("{1: a}", "1 is given where a key is expected"),
    ],
)
def test_options_that_are_refused(cell: str, told: str) -> None:
    with pytest.raises(CellError) as caught:
        options_of(cell)
    assert told in str(caught.value)


def test_frames_are_given_one_by_one_and_by_ranges() -> None:
    assert frames_of("1 t500, 3..5 0..9..4") == [1, {"timestep": 500}, 3, 4, 5, 0, 4, 8]
    assert frames_of("t100..t300..100") == [{"timestep": t} for t in (100, 200, 300)]
    for cell in ("5..3", "t1..t3", "t1..3..1", "1..t3", "1..3..0", "1..", "1-3", "0..9999999999"):
        with pytest.raises(CellError):
            frames_of(cell)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    tensor=st.lists(st.lists(st.floats(-5, 5), min_size=3, max_size=3), min_size=3, max_size=3),
    number=st.integers(0, 10**9),
    pairs=st.dictionaries(st.from_regex(r"[A-Za-z0-9+]{1,4}", fullmatch=True),
                          st.from_regex(r"[A-Z][a-z]?", fullmatch=True), min_size=1),
)  # fmt: skip
def test_what_is_written_in_cells_is_read(
    tensor: list[list[float]], number: int, pairs: dict[str, str]
) -> None:
    cell = "; ".join(" ".join(map(repr, row)) for row in tensor)
    assert load_of(cell) == {"type": "tensor", "gradient": tensor}
    assert frame_of(str(number)) == number
    assert frame_of(f"t{number}") == {"timestep": number}
    assert pairs_of(" ".join(f"{key}={value}" for key, value in pairs.items())) == pairs


def test_loads_can_be_reversed() -> None:
    assert load_of("uniaxial -z") == {"type": "uniaxial", "axis": "z", "sense": -1}
    assert load_of("simple_shear -yx") == {"type": "simple_shear", "plane": "yx", "sense": -1}
    with pytest.raises(CellError, match="expected a load"):
        load_of("random")
    assert options_of("{}") == {}
