"""The library of a case is held against the names of its data before the data are read."""

from pathlib import Path
from typing import Any

import pytest

from mechanist.imports.case_terms import case_problem
from mechanist.settings.key_places import tell_jobs
from mechanist.settings.own_imports import Import

ENTRY: dict[str, Any] = {
    "path": "there/is/no/such.npz",
    "axes": {"x": "x", "t": "t"},
    "fields": {"u": "usol"},
    "inputs": {"V": "potential"},
}


def problem(
    library: dict[str, Any], entry: dict[str, Any] | None = None, **case: object
) -> str | None:
    one = Import(("equations", "imports"), ("mine",), ENTRY | (entry or {}), "mine.yaml:3")
    return case_problem(one, {"mine": {"library": library, **case}})


@pytest.mark.parametrize(
    ("library", "case"),
    [
        ({"degree": 3, "order": 3}, {}),
        ({"degree": 1, "order": 2, "terms": ["V u_x", "sin(2 u)", "u/(0.5 + u)"]}, {}),
        ({"degree": 1, "order": 2, "terms": ["u_t"]}, {"settings": {"targets": ["u_tt"]}}),
        ({"degree": 2, "order": 1}, {"settings": {"half_widths": {"x": 6, "t": 8}}}),
        ({"kind": "polynomial", "degree": 2}, {"methods": ["map"]}),
    ],
)
def test_what_fits_the_data_is_no_problem(library: dict[str, Any], case: dict[str, Any]) -> None:
    assert problem(library, **case) is None


@pytest.mark.parametrize(
    ("library", "case", "said"),
    [
        ({"terms": ["u u_"]}, {}, "term 'u u_': 'u_' is not a factor"),
        ({"terms": ["exp(u)"]}, {}, "'exp(u)' is not a factor"),
        ({"terms": ["w u_x"]}, {}, "term 'w u_x': ['w'] not in the data"),
        ({"terms": ["u_y"]}, {}, "term 'u_y': ['y'] not in the data"),
        ({"kind": "custom"}, {}, "terms for 'custom'"),
        ({}, {"settings": {"targets": ["w_t"]}}, "term 'w_t': ['w'] not in the data"),
        ({}, {"settings": {"half_widths": {"x": 6}}}, "expected all axes of the data"),
        ({}, {"settings": {"priors": {"symmetry": 1}}}, "priors ['symmetry'] are unknown"),
        (
            {"degree": 1, "order": 1, "constant": False},
            {"settings": {"priors": {"units": {"u": "m", "V": "m", "x": "m", "t": "s"}}}},
            "the priors exclude all 4 terms for 'u_t'",
        ),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(
    library: dict[str, Any], case: dict[str, Any], said: str
) -> None:
    found = problem(library, **case)
    assert found is not None
    assert found.startswith("equations/cases/mine: ")
    assert said in found


def test_an_invalid_entry_and_other_blocks_are_left_to_those_who_read_them() -> None:
    assert problem({"terms": ["w"]}, {"axes": {"t": "t", "x": "x"}}) is None
    glass = Import(("glass", "imports"), ("mine", "run1"), {}, "config/samples.tsv:2")
    assert case_problem(glass, {"mine": {"library": {"terms": ["w"]}}}) is None


def test_data_without_a_case_are_told() -> None:
    one = Import(("equations", "imports"), ("mine",), ENTRY, "equations/imports/mine")
    assert case_problem(one, {"yours": {"library": {}}}) == (
        "equations/imports/mine: there is no case of this name. Add one to equations/cases, with its"
        " library of terms"
    )


def test_problems_have_file_and_line_of_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MECHANIST_CONFIGURATION", "")  # so that it is taken back afterwards
    Path("mine.yaml").write_text(
        "equations:\n  imports:\n    mine: {path: a}\n  cases:\n\n    mine: {library: {}}\n"
    )
    tell_jobs(["mine.yaml"])
    found = problem({"terms": ["w u_x"]})
    assert found is not None
    assert found.startswith(
        "mine.yaml:6: equations/cases/mine: term 'w u_x': ['w'] not in the data"
    )
    one = Import(("equations", "imports"), ("mine",), ENTRY, "equations/imports/mine")
    absent = case_problem(one, {})
    assert absent is not None
    assert absent.startswith("mine.yaml:3: equations/imports/mine: there is no case of this name")
