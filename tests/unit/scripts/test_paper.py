"""The paper quotes existing results, has no typed numbers, and typesets from partial runs."""

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml

from mechanist.settings.paper_sources import table_sources
from mechanist.settings.paper_specification import read_specification
from scripts.report import paper_typeset
from scripts.report.paper_typeset import TypesettingError, gathered, typeset

ROOT = Path(__file__).parents[3]
PAPER = ROOT / "workflow/paper"
SPECIFICATION = read_specification(PAPER / "numbers.yaml")
SECTIONS = [PAPER / "main.typ", *sorted(PAPER.glob("sections/*.typ"))]
STYLE = PAPER / "style.typ"
TEXT = "\n".join(path.read_text() for path in SECTIONS)
#: Small numbers may be written as words; larger number words are typed results.
WORDS = re.compile(
    r"\b(thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|[a-z]*ty|[a-z]*ty-[a-z]+|"
    r"dozens?|hundreds?|thousands?|millions?)\b",
    re.IGNORECASE,
)
NUMBER_WORDS = {"twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}


def typed_numbers(text: str) -> list[str]:
    """Return all digits and large number words in the source of a section."""
    words = [word for word in WORDS.findall(text) if not word.lower().split("-")[0].endswith("ty")
             or word.lower().split("-")[0] in NUMBER_WORDS]  # fmt: skip
    return re.findall(r"\S*\d\S*", text) + words


def called(function: str) -> set[str]:
    return set(re.findall(rf'#?\b{function}\("([^"]+)"', TEXT))


@pytest.mark.parametrize("path", SECTIONS, ids=lambda path: path.stem)
def test_no_number_is_typed(path: Path) -> None:
    assert not typed_numbers(path.read_text())


@pytest.mark.parametrize(
    "text", ["an AUC of 0.77", "sixty glasses", "gains $+.028$", "a hundred", "R2"]
)
def test_a_typed_number_is_noticed(text: str) -> None:
    assert typed_numbers(text)


def test_every_quantity_is_used_and_every_used_one_exists() -> None:
    assert called("qi?") | called("verdict") == set(SPECIFICATION["quantities"])


def test_every_table_and_figure_is_used_and_every_used_one_exists() -> None:
    assert called("tabled") == set(SPECIFICATION["tables"])
    assert called("shown") == set(SPECIFICATION["figures"])
    assert called("see") <= set(SPECIFICATION["figures"])
    assert called("seetable") <= set(SPECIFICATION["tables"])


def test_every_part_exists() -> None:
    assert called("part") <= set(SPECIFICATION["parts"])
    assert set(SPECIFICATION["parts"].values()) <= set(SPECIFICATION["sources"])


def test_every_reference_is_cited_and_every_cited_one_exists() -> None:
    references = yaml.safe_load((PAPER / "references.yml").read_text())
    labels = set(re.findall(r"<(sec-[a-z]+)>", TEXT))
    cited = set(re.findall(r"@([a-z]+(?:-[a-z]+)*)", TEXT))
    assert cited - labels == set(references)


def test_no_reference_has_a_doi_that_the_repository_contradicts() -> None:
    published = yaml.safe_load((ROOT / "config/published.yaml").read_text())["references"]
    known = {reference["doi"] for reference in published.values() if reference["doi"]}
    library = "\n".join(p.read_text() for p in (ROOT / "workflow/mechanist").rglob("*.py"))
    references = yaml.safe_load((PAPER / "references.yml").read_text())
    given = {key: entry.get("serial-number", {}).get("doi") for key, entry in references.items()}
    dois = {key: doi for key, doi in given.items() if doi is not None}
    assert len(dois) > 10
    assert {key for key, doi in dois.items() if doi not in known and doi not in library} == set()


def outputs() -> list[re.Pattern[str]]:
    """Return the outputs of all rules, as path patterns below the results folder."""
    command = [sys.executable, str(ROOT / "tests/rule_outputs.py")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found = []
    for output in json.loads(done.stdout.splitlines()[-1]):
        made = output["path"].removeprefix("results/").removeprefix("<results>/")
        literal = re.split(r"\{\w+(?:,[^}]*)?\}", made)
        found.append(re.compile("[^/]+".join(map(re.escape, literal))))
    return found


def test_every_file_that_is_quoted_is_made_by_a_rule() -> None:
    patterns = outputs()
    entries: dict[str, Any] = {
        **SPECIFICATION["sources"], **SPECIFICATION["figures"], **SPECIFICATION["equations"],
        **table_sources(SPECIFICATION["tables"]),
    }  # fmt: skip
    for name, entry in entries.items():
        if entry.get("root"):
            assert (ROOT / entry["path"]).is_file()
            continue
        path = re.sub(r"\{\w+\}", "x", entry["path"])
        assert any(pattern.fullmatch(path) for pattern in patterns), name


def quoted(names: Iterable[str], verdict: str) -> dict[str, Any]:
    return {
        name: {"text": "1.23", "interval": "[1.00, 2.00]", "verdict": verdict} for name in names
    }


def numbers(verdict: str, *, full: bool) -> dict[str, Any]:
    """Return possible output of paper_numbers.py, with all entries or none."""
    table = {"head": ["Model", "Role", "One", "Two"],
             "rows": [["A", "data", {"text": "0.5", "small": "[0, 1]", "best": True}, "no"]] * 9}  # fmt: skip
    tables = dict.fromkeys(SPECIFICATION["tables"], table)
    # This table sets its column widths.
    tables["scoreboard"] = {"head": list("abcdefg"), "rows": [list("abcdefg")] * 40}
    equation = {"name": "Burgers", "mathematics": "u_(t) = 1", "right": "yes", "inclusion": "1.00",
                "unexplained": "0.1 %", "verdict": "complete"}  # fmt: skip
    return {
        "results": "results" if full else "results/smoke",
        "parts": list(SPECIFICATION["parts"]) if full else [],
        "quantities": quoted(SPECIFICATION["quantities"], verdict) if full else {},
        "tables": tables if full else {},
        "equations": [equation] * 16 if full else [],
        "absent": {} if full else {"a.b": "not made"},
    }


FIGURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="504" height="216"><path d="M0 0L9 9"/></svg>'
)


def staged(folder: Path, content: dict[str, Any], *, figures: bool, text: str = "") -> Path:
    folder.mkdir()
    (folder / "in.json").write_text(json.dumps(content))
    (folder / "f.svg").write_text(FIGURE)
    named = dict.fromkeys(SPECIFICATION["figures"], folder / "f.svg") if figures else {}
    sources = [*SECTIONS, STYLE, PAPER / "references.yml"]
    about = {"title": "A title", "authors": ["Somebody"]}
    (folder / "stage").mkdir()
    main = gathered(folder / "stage", sources, folder / "in.json", named, about)
    main.write_text(main.read_text() + text)
    return main


def pages(main: Path) -> int:
    import typst

    main.write_text(
        main.read_text() + "\n#context [#metadata(counter(page).final().first()) <pages>]\n"
    )
    found = typst.query(str(main), "<pages>", field="value", one=True, root=str(main.parent),
                        ignore_system_fonts=True)  # fmt: skip
    return int(json.loads(found) if isinstance(found, str | bytes) else found)


@pytest.mark.parametrize("verdict", ["above", "below", "level"])
def test_the_whole_paper_whatever_was_found(tmp_path: Path, verdict: str) -> None:
    main = staged(tmp_path / "a", numbers(verdict, full=True), figures=True)
    document = typeset(main)
    assert document.startswith(b"%PDF")
    assert document == typeset(main)
    assert 8 <= pages(main) <= 14


@pytest.mark.parametrize("name", ["scoreboard", "audit"])
def test_tables_that_grow_with_the_workflow_go_on_over_pages(tmp_path: Path, name: str) -> None:
    made = {}
    for rows in (5, 200):  # a page holds fewer than 100
        content = numbers("level", full=True)
        table = content["tables"][name]
        content["tables"][name] = {**table, "rows": table["rows"][:1] * rows}
        made[rows] = pages(staged(tmp_path / str(rows), content, figures=True))
    assert made[200] >= made[5] + 2


def test_a_run_that_lacks_everything_still_has_a_paper(tmp_path: Path) -> None:
    main = staged(tmp_path / "a", numbers("level", full=False), figures=False)
    assert typeset(main).startswith(b"%PDF")
    assert 1 <= pages(main) <= 4


def test_figures_may_be_missing_one_by_one(tmp_path: Path) -> None:
    main = staged(tmp_path / "a", numbers("level", full=True), figures=False)
    assert typeset(main).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\u65e5", "could not be displayed"),
        ("#nobody", "unknown variable"),
        ('#text(font: "Nobody")[a]', "font"),
    ],
)
def test_what_cannot_be_shown_is_refused(tmp_path: Path, text: str, message: str) -> None:
    main = staged(tmp_path / "a", numbers("level", full=True), figures=True, text=text)
    with pytest.raises(TypesettingError, match=message):
        typeset(main)


def test_the_script_writes_the_document(tmp_path: Path) -> None:
    (tmp_path / "numbers.json").write_text(json.dumps(numbers("above", full=True)))
    (tmp_path / "f.svg").write_text(FIGURE)
    figures = dict.fromkeys(SPECIFICATION["figures"], tmp_path / "f.svg")
    sources = [*SECTIONS, STYLE, PAPER / "references.yml"]
    made = [tmp_path / f"{k}.pdf" for k in range(2)]
    for out in made:
        paper_typeset.main(
            sources, tmp_path / "numbers.json", out, figures=figures, citation=ROOT / "CITATION.cff"
        )
    assert made[0].read_bytes() == made[1].read_bytes()


def test_title_and_authors_come_from_the_citation_file(tmp_path: Path) -> None:
    path = tmp_path / "CITATION.cff"
    path.write_text("title: T\nauthors: [{name: A}, {given-names: B, family-names: C}]\n")
    assert paper_typeset.cited(path) == {"title": "T", "authors": ["A", "B C"]}
