"""The scoreboard for readers: short lines, everything else once below, as Markdown and as a page."""

import html
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from mechanist.assess.published_results import Published, check_published
from mechanist.assess.scoreboard import Scores, build
from mechanist.draw.board import WEAK, Board
from mechanist.draw.board_html import page
from mechanist.draw.board_lines import arrange, learning_limits
from mechanist.draw.board_markdown import markdown
from mechanist.draw.palette import ROLES
from published_boards import MODELS, VALUES, alone, published, row, score_files

ROOT = Path(__file__).parents[3]
#: Elements that have no end.
VOID = frozenset({"meta", "br", "hr"})
LOADED = frozenset({"script", "img", "link", "iframe"})


class Page(HTMLParser):
    """Elements of a page, and everything that is wrong with it."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.problems: list[str] = []
        self.anchors: list[str] = []
        self.links: list[str] = []
        self.rows: list[list[str]] = []
        self.feed(text)
        self.close()
        self.problems += [f"<{name}> has no end" for name in self.open]
        twice = {name for name in self.anchors if self.anchors.count(name) > 1}
        self.problems += [f"anchor {name} occurs twice" for name in sorted(twice)]
        dead = {link for link in self.links if link.startswith("#")} - {
            f"#{a}" for a in self.anchors
        }
        self.problems += [f"link {link} leads nowhere" for link in sorted(dead)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.anchors += [str(found["id"])] if "id" in found else []
        self.links += [str(found["href"])] if "href" in found else []
        if tag in LOADED:
            self.problems.append(f"<{tag}> loads something")
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> ends another element")

    def handle_data(self, data: str) -> None:
        if {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data


def board(folder: Path, *rows: dict[str, Any], **options: Any) -> Board:
    values = options.pop("values", VALUES)
    results, files = published(*rows), score_files(folder, values)
    table = build(results, Scores.read(files), MODELS)
    return arrange(table, results, MODELS, level=0.95, **options)


def everything() -> tuple[Published, Board]:
    """Return all published results, without a score of ours."""
    path = ROOT / "config" / "published.yaml"
    schema = yaml.safe_load((ROOT / "workflow/schemas/published.schema.yaml").read_text())
    results = check_published(path, yaml.safe_load(path.read_text()), schema)
    return results, arrange(build(results, Scores({}), {}), results, {}, level=0.95)


def cells(text: str, reference: str = "[Someone2020]") -> list[list[str]]:
    """Return the cells of the lines of a publication."""
    lines = [line for line in text.splitlines() if line.startswith("|") and reference in line]
    return [re.split(r" (?<!\\)\| ", line.strip("| ")) for line in lines]


def test_a_line_is_short_and_its_details_stand_below(tmp_path: Path) -> None:
    text = markdown(board(tmp_path, row()))
    assert cells(text) == [[
        "1", "[Someone2020]", "a glass", "classify", "4 % strain, top 5 % against bottom 50 %",
        "balanced accuracy", "< 0.75 ✓", "0.700 [0.690, 0.710]", "0.680 Ridge",
        "0.710 Elastic step", "1",
    ]]  # fmt: skip
    (details,) = [line for line in text.splitlines() if line.startswith("| 1 | balanced_accuracy")]
    for part in ("plastic@0.040\\|0.05\\|0.50", "Support vectors: 0.700 [0.690, 0.710]", "| 40 |",
                 "| 0.090 |", "Dummy: 0.500 [0.490, 0.510]", "Ridge: 0.680", "Elastic step: 0.710",
                 "Hybrid: 0.750 [0.740, 0.760]"):  # fmt: skip
        assert part in details, part
    assert "Other loads" not in text
    for below in ("1. Published: accuracy; unknown to us. Source: a review.",
                  "- **a glass**: a glass in full", "- **classify**: classify in full",
                  "- [Someone2020] Someone, J. (2020). <https://doi.org/10.1234/x>"):  # fmt: skip
        assert text.count(below) == 1, below


def test_a_value_no_better_than_the_baseline_is_marked(tmp_path: Path) -> None:
    good, bad = (board(tmp_path, row(), values={**VALUES, "svm": v}) for v in (0.69, 0.68))
    assert cells(markdown(good))[0][7] == "0.690 [0.680, 0.700]"
    assert cells(markdown(bad))[0][7] == f"0.680 [0.670, 0.690] {WEAK}"
    assert '<span class="weak">0.680' in page(bad)
    assert '<span class="weak">0.690' not in page(good)


def test_of_errors_the_smaller_is_better(tmp_path: Path) -> None:
    entry = row(ours={**row()["ours"], "metric": "mae"})
    files = score_files(tmp_path, VALUES, metric="mae")
    table = build(published(entry), Scores.read(files), MODELS)
    (line,) = cells(markdown(arrange(table, published(entry), MODELS, level=0.95)))
    assert line[5] == "MAE (sigma)"
    assert line[7].endswith(WEAK)
    assert line[8:10] == ["0.500 Dummy", "0.690 Response"]


def test_what_has_no_score_is_shown_as_such(tmp_path: Path) -> None:
    text = markdown(board(tmp_path, row(), alone(id="other"), values={"ridge": 0.6}))
    compared, listed = cells(text)
    assert compared[7:10] == ["not yet", "0.600 Ridge", "not yet"]
    assert listed[4:10] == ["-", "accuracy", "< 0.75 ✓", "not yet", "-", "-"]
    unknown = alone(value=None, status="unknown")
    del unknown["bound"], unknown["text"]
    assert cells(markdown(board(tmp_path, unknown)))[0][6] == "?"


def test_a_text_that_several_rows_share_is_one_note(tmp_path: Path) -> None:
    shown = board(tmp_path, row(note="Seen."), row(id="b"), row(id="c", definition="ours"))
    assert [line.notes for line in shown.lines] == [(1, 2), (1,), (3,)]
    assert len(shown.notes) == 3


def test_every_row_and_every_text_of_the_configuration_is_there() -> None:
    results, shown = everything()
    asked = [t for entry in results.rows for t in entry.get("ours", {"targets": [""]})["targets"]]
    assert len(shown.lines) == len(asked) > 50
    for text in (markdown(shown), visible(page(shown))):
        for reference in results.references.values():
            assert text.count(reference.citation) == 1, reference
            assert reference.doi is None or text.count(f"doi.org/{reference.doi}") == 1
        for entry in results.rows:
            for part in (entry.get("note", ""), entry["definition"], results.tasks[entry["task"]]):
                assert part in text
    table = [cells for cells in Page(page(shown)).rows if cells[0].isdigit()]
    assert len(table) == len(asked) + sum(1 for target in asked if target)


def visible(text: str) -> str:
    """Return the text that a page shows."""
    return html.unescape(re.sub(r"<[^>]+>", "", text.partition("</style>")[2]))


def test_the_page_is_well_formed_and_stands_alone(tmp_path: Path) -> None:
    _, shown = everything()
    for text in (page(shown), page(board(tmp_path, row(), limits=["Few samples."]))):
        assert Page(text).problems == []
        assert text.startswith("<!DOCTYPE html>\n<html lang=")
    assert '<li id="note-2">Few samples.</li>' in text


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("</table>", "", "ends another element"),
        ("</html>", "", "has no end"),
        ('href="#note-1"', 'href="#note-9"', "link #note-9 leads nowhere"),
        ('id="note-1"', 'id="Someone2020"', "anchor Someone2020 occurs twice"),
        ("<main>", '<main><script src="x.js"></script>', "<script> loads something"),
    ],
)
def test_a_damaged_page_is_noticed(tmp_path: Path, before: str, after: str, problem: str) -> None:
    text = page(board(tmp_path, row()))
    assert before in text
    assert problem in "; ".join(Page(text.replace(before, after)).problems)


def test_texts_are_escaped(tmp_path: Path) -> None:
    danger = '<b onclick="x">&</b>'
    shown = board(tmp_path, row(text=danger, note=danger, definition=danger))
    text = page(shown)
    assert danger not in text
    assert Page(text).problems == []
    assert [danger in cell for cell in Page(text).rows[1]].count(True) == 1
    assert "a \\| b ✓" in markdown(board(tmp_path, row(text="a | b")))


def test_colours_of_the_page_are_those_of_figures(tmp_path: Path) -> None:
    text = page(board(tmp_path, row()))
    for role, look in ROLES.items():
        assert f".{role}::before {{ color: {look.colours[0]}; }}" in text
    assert '<span class="role mechanism" title="mechanism">0.710 Elastic step</span>' in text
    assert '<span class="role data" title="data">' in text


def test_limits_state_the_learning_curve(tmp_path: Path) -> None:
    curves = pd.DataFrame(
        {
            "model": "svm",
            "target": "log10_d2min@0.040",
            "metric": ["auc_top10"] * 3 + ["r2"],
            "n_train": [4, 4, 8, 8],
            "draw": [0, 1, 0, 0],
            "value": [0.5, 0.6, 0.7, 0.1],
        }
    )
    (line,) = learning_limits(curves, {"svm": {"label": "SVM"}}, metric="auc_top10")
    assert line.endswith("number of training samples: 0.550 from 4, 0.700 from 8.")
    assert f"2. {line}" in markdown(board(tmp_path, row(), limits=[line]))
