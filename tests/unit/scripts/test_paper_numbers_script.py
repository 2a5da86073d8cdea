"""Tables of the paper, and the file of its numbers."""

import json
from pathlib import Path
from typing import Any

import pytest

from mechanist.draw.paper_boards import audit, scoreboard, target_label
from mechanist.draw.paper_tables import Context, build_table
from mechanist.formats.equation_files import Equation, EquationFile, FoundTerm, write_equations
from mechanist.settings.paper_sources import table_sources
from mechanist.settings.paper_specification import AbsentError
from scripts.report import paper_numbers

MODELS = {
    "hand": {"label": "Hand", "role": "data"},
    "fold": {"label": "Fold", "role": "mechanism"},
    "all": {"label": "Ceiling", "role": "ceiling"},
}
CONFIG: dict[str, Any] = {"wing": {"models": MODELS, "run": ["kdv"]}, "rivals": {"methods": ["fd"]}}
SCORES: dict[str, Any] = {
    "kind": "scores",
    "folder": "wing/x/scores",
    "labels": "wing/models",
    "models": ["hand", "fold", "all", "gone"],
    "columns": [
        {"head": "R2", "where": {"metric": "r2"}, "style": ".2f"},
        {"head": "unknown", "where": {"metric": "{nobody}"}},
    ],
}


def score(value: float | None, *, metric: str = "r2", target: str = "t") -> dict[str, Any]:
    ends = (None, None) if value is None else (value - 0.1, value + 0.1)
    return {"metric": metric, "target": target, "subset": "all", "value": value,
            "low": ends[0], "high": ends[1], "n_samples": 4}  # fmt: skip


def context(folder: Path, files: dict[str, list[dict[str, Any]]]) -> Context:
    paths = {}
    for name, records in files.items():
        paths[name] = folder / f"{name}.json"
        paths[name].write_text(json.dumps(records))
    return Context(CONFIG, {}, paths)


def test_the_best_in_competition_is_marked(tmp_path: Path) -> None:
    files = {f"t__{m}": [score(v)] for m, v in (("hand", 0.3), ("fold", 0.7), ("all", 0.9))}
    table = build_table("t", SCORES, context(tmp_path, files))
    assert table["head"] == ["Model", "Role", "R2"]
    assert [row[0] for row in table["rows"]] == ["Hand", "Fold", "Ceiling"]
    assert [row[2].get("best") for row in table["rows"]] == [False, True, None]
    assert table["rows"][1][2]["small"] == "[0.60, 0.80]"


def test_where_small_is_good_the_smallest_is_best(tmp_path: Path) -> None:
    entry = {**SCORES, "columns": [{"head": "e", "where": {"metric": "r2"}, "smaller": True}]}
    files = {f"t__{m}": [score(v)] for m, v in (("hand", 0.3), ("fold", 0.7))}
    table = build_table("t", entry, context(tmp_path, files))
    assert [row[2]["best"] for row in table["rows"]] == [True, False]


def test_the_last_of_several_targets_can_be_shown(tmp_path: Path) -> None:
    column = {"head": "e", "where": {"metric": "r2"}, "last": "target"}
    records = [score(0.1, target="o@0.120"), score(0.2, target="o@0.130")]
    files = {"t__hand": records}
    table = build_table("t", {**SCORES, "columns": [column]}, context(tmp_path, files))
    assert table["rows"][0][2]["text"] == "0.200"


def test_models_without_a_score_are_left_out_and_empty_tables_are_absent(tmp_path: Path) -> None:
    table = build_table("t", SCORES, context(tmp_path, {"t__hand": [score(0.3)], "t__fold": []}))
    assert [row[0] for row in table["rows"]] == ["Hand"]
    with pytest.raises(AbsentError, match="no data for table t"):
        build_table("t", SCORES, context(tmp_path, {}))


GRID: dict[str, Any] = {
    "kind": "grid",
    "folder": "equations",
    "run": "wing/run",
    "cases": {"kdv": "KdV"},
    "methods": [
        {"name": "weak", "label": "ours"},
        {"name": "fd", "label": "rival", "needs": ["rivals/methods/fd"]},
    ],
    "columns": [{"head": "1 %", "where": {"target": "noise@0.01"}}],
}


def test_errors_stand_with_the_runs_that_they_are_of(tmp_path: Path) -> None:
    target = "noise@0.01"
    weak = [
        score(0.5, metric="exact_share", target=target),
        score(0.02, metric="error_percent", target=target),
    ]
    fd = [score(0.0, metric="exact_share", target=target)]
    table = build_table("t", GRID, context(tmp_path, {"t__kdv__weak": weak, "t__kdv__fd": fd}))
    assert table["rows"][0] == ["KdV", "ours", {"text": "0.020", "small": "2/4"}]
    assert table["rows"][1][2]["small"] == "0/4"


def test_sources_of_tables_say_what_they_need() -> None:
    found = table_sources({"t": SCORES, "g": GRID})
    assert found["t__hand"] == {"path": "wing/x/scores/hand.json", "needs": ["wing/models/hand"]}
    assert found["g__kdv__fd"]["needs"] == ["wing/run/kdv", "rivals/methods/fd"]


def test_rows_of_a_file_are_renamed_scaled_and_left_empty(tmp_path: Path) -> None:
    entry = {"kind": "rows", "from": "t", "where": {"kept": "yes"}, "columns": [
        {"head": "A", "take": "a", "names": {"x": "named"}},
        {"head": "B", "take": "b", "scale": 100, "style": ".1f"},
    ]}  # fmt: skip
    records = [
        {"kept": "yes", "a": "x", "b": 0.5},
        {"kept": "yes", "a": "z", "b": None},
        {"kept": "no"},
    ]
    table = build_table("n", entry, context(tmp_path, {"t": records}))
    assert table["rows"] == [["named", "50.0"], ["z", "\N{EN DASH}"]]
    with pytest.raises(AbsentError, match="does not produce t for table n"):
        build_table("n", entry, context(tmp_path, {}))


def line(kind: str, value: float | None, **more: Any) -> dict[str, Any]:
    return {"id": "a", "target": "noise@0.01", "subset": "all", "kind": kind, "value": value, "low": None,
            "high": None, "best": False, "metric": "error_percent", "publication": "Rudy et al., Sci. (2017)",
            "system": "Burgers", "text": "0.8 +- 0.6", "label": kind, **more}  # fmt: skip


def test_the_scoreboard_has_a_row_for_what_is_scored() -> None:
    lines = [
        line("published", 0.8),
        line("ours", 0.04, best=True),
        line("rival", 0.3),
        line("rival", 0.2),
    ]
    unscored = [{**row, "id": "b", "value": None} for row in lines]
    table = scoreboard([*lines, *unscored])
    assert len(table["rows"]) == 1
    who, where, metric, published, ours, rival, best = table["rows"][0]
    assert (who, metric, published) == ("Rudy et al. (2017)", "error, %", "0.8 ± 0.6")
    assert where == {"text": "Burgers", "small": "1 % noise"}
    assert ours["text"] == "0.040"
    assert rival["text"] == "0.200"  # the smaller error is the stronger rival
    assert best["note"] == "ours"


@pytest.mark.parametrize(
    ("target", "label"),
    [
        ("plastic@0.040|0.03|0.30", "4 % strain, top 3 % against bottom 30 %"),
        ("stress@0.010", "1 % strain"),
        ("noise@0", "no noise"),
        ("flow_stress", "flow stress"),
    ],
)
def test_targets_have_names_for_print(target: str, label: str) -> None:
    assert target_label(target) == label


def test_the_audit_has_a_row_for_each_descriptor() -> None:
    finding = {"wing": "glass", "kind": "k", "name": "N", "n_features": 3, "title": "Symmetry"}
    rows = [
        {**finding, "criterion": c, "verdict": v, "leading": True}
        for c, v in (("i", "pass"), ("ii", "fail"))
    ]
    table = audit([*rows, {**rows[0], "leading": False, "verdict": "warn"}])
    assert table["head"][3:] == ["i symmetry", "ii symmetry"]
    assert table["rows"] == [["glass", "N", "3", {"text": "pass", "verdict": "pass"},
                              {"text": "fail", "verdict": "fail"}]]  # fmt: skip


SPECIFICATION = """
parts: {first: t, second: other}
variables: {case: wing/run/0}
sources: {t: {path: "{case}.json"}, other: {path: o.json}}
quantities:
  a: {from: t, where: {metric: r2}, style: .2f}
  b: {from: other}
  c: {from: config, at: rivals/methods, reduce: count}
tables: {none: {kind: rows, from: other, columns: []}}
equations: {}
figures: {}
"""


def test_the_file_holds_what_is_known_and_why_the_rest_is_not(tmp_path: Path) -> None:
    (tmp_path / "numbers.yaml").write_text(SPECIFICATION)
    (tmp_path / "t.json").write_text(json.dumps([score(0.5)]))
    term = FoundTerm("u_x", "u_{x}", -1.0, 0.01, 0.9)
    right = Equation("u_t", "u_{t}", "auto", (term,), 0.0, 0.0, 0.0, truth={"u_x": -1.0})
    other = Equation("v_t", "v_{t}", "auto", (term,), 0.0, 0.0, 0.0, truth={"u": -1.0})
    unseen = Equation("u_t", "u_{t}", "oracle", (term,), 0.0, 0.0, 0.0)
    write_equations(tmp_path / "e.json", EquationFile("c", "weak", 0.01, 1, (right, other, unseen)))
    main = {
        "files": {"t": tmp_path / "t.json"},
        "equations": {"Waves": tmp_path / "e.json"},
        "config": CONFIG,
    }
    for name in ("first.json", "second.json"):
        paper_numbers.main(tmp_path / "numbers.yaml", tmp_path / name, **main)  # type: ignore[arg-type]
    assert (tmp_path / "first.json").read_bytes() == (tmp_path / "second.json").read_bytes()
    content = json.loads((tmp_path / "first.json").read_text())
    assert content["quantities"]["a"] == {
        "text": "0.50",
        "interval": "[0.40, 0.60]",
        "verdict": "above",
        "source": "t",
    }
    assert content["quantities"]["c"]["text"] == "1"
    assert content["parts"] == ["first"]
    assert set(content["absent"]) == {"b", "none"}
    assert [(e["name"], e["right"], e["inclusion"]) for e in content["equations"]] == [
        ("Waves", "yes", "0.90"), ("", "no", "0.90"),
    ]  # fmt: skip


def term(name: str, inclusion: float = 1.0) -> FoundTerm:
    return FoundTerm(name, name, -1.0, 0.01, inclusion)


@pytest.mark.parametrize(
    ("found", "truth", "right"),
    [
        (("a", "b"), {"a": 1.0, "b": 2.0}, "yes"),
        (("b", "a"), {"a": 1.0, "b": 2.0}, "yes"),
        (("a", "b", "c"), {"a": 1.0, "b": 2.0}, "no"),  # a false term beside the true ones
        (("a",), {"a": 1.0, "b": 2.0}, "no"),  # a true term is missing
        (("a", "c"), {"a": 1.0, "b": 2.0}, "no"),
        ((), {"a": 1.0}, "no"),
        ((), {}, "yes"),
        (("a",), {"a": 1.0, "b": 0.0}, "yes"),  # a coefficient of zero is no term
        (("a", "b"), {"a": 1.0, "b": 0.0}, "no"),
        (("a",), None, "unknown"),
        ((), None, "unknown"),
    ],
)
def test_an_equation_is_right_if_its_terms_are_the_true_ones(
    found: tuple[str, ...], truth: dict[str, float] | None, right: str
) -> None:
    terms = tuple(term(name) for name in found)
    equation = Equation("u_t", "u_{t}", "auto", terms, 0.0, 0.0, 0.0, truth=truth)
    assert paper_numbers.right(equation) == right


def test_every_file_has_its_equations_and_the_least_certain_term_counts(tmp_path: Path) -> None:
    files = {}
    for name, terms in (
        ("Waves", (term("a", 0.95), term("b", 0.4), term("c", 0.7))),
        ("Heat", (term("a", 0.85),)),
        ("Rest", ()),
    ):
        files[name] = tmp_path / f"{name}.json"
        said = "complete" if name == "Heat" else ""
        equation = Equation("u_t", "u_{t}", "auto", terms, 0.0123, 0.0, 0.0, verdict=said)
        write_equations(files[name], EquationFile("c", "weak", 0.01, 1, (equation,)))
    (tmp_path / "numbers.yaml").write_text(SPECIFICATION)
    (tmp_path / "t.json").write_text(json.dumps([score(0.5)]))
    paper_numbers.main(
        tmp_path / "numbers.yaml", tmp_path / "out.json", files={"t": tmp_path / "t.json"},
        equations=files, config=CONFIG,
    )  # fmt: skip
    rows = json.loads((tmp_path / "out.json").read_text())["equations"]
    assert [(row["name"], row["inclusion"], row["right"], row["unexplained"]) for row in rows] == [
        ("Waves", "0.40", "unknown", "1.2 %"),
        ("Heat", "0.85", "unknown", "1.2 %"),
        ("Rest", "0.00", "unknown", "1.2 %"),
    ]
    assert [row["verdict"] for row in rows] == ["not judged", "complete", "not judged"]
