"""The scoreboard of published results and the audit of descriptors, as tables for a text."""

import re
from collections.abc import Sequence
from typing import Final, Required, TypedDict

from mechanist.assess.metrics import metric_named
from mechanist.core.narrowing import number, optional_number, text
from mechanist.draw.numerals import AUTO, EMPTY, interval, numeral
from mechanist.settings.paper_numbers import Quantity
from mechanist.settings.result_rows import Row


class Measured(TypedDict, total=False):
    """A cell with more than its text: see :mod:`mechanist.draw.paper_tables`."""

    text: Required[str]
    small: str
    note: str
    verdict: str
    value: float
    best: bool


Cell = str | Measured


class Table(TypedDict):
    """Head and rows of a table."""

    head: list[str]
    rows: list[list[Cell]]


#: Magnitude below which numbers have two digits instead of three decimals.
VANISHING: Final = 5e-3
_CLASSES: Final = re.compile(r"plastic@([0-9.]+)\|([0-9.]+)\|([0-9.]+)")
_LEVEL: Final = re.compile(r"(noise|[a-z0-9_]+)@([0-9.]+)")


def scoreboard(lines_of_file: Sequence[Row]) -> Table:
    """Return a row for each published value that we also computed."""
    cases: dict[tuple[str, str, str], list[Row]] = {}
    for row in lines_of_file:
        case = (text(row["id"]), _word(row["target"]), _word(row["subset"]))
        cases.setdefault(case, []).append(row)
    rows: list[list[Cell]] = []
    for (_, target, subset), lines in cases.items():
        by_kind = {kind: [line for line in lines if line["kind"] == kind]
                   for kind in ("published", "ours", "rival")}  # fmt: skip
        ours = next((line for line in by_kind["ours"] if line["value"] is not None), None)
        if ours is None:
            continue
        about, metric = lines[0], text(lines[0]["metric"])
        best = next((line for line in lines if line["best"]), None)
        where = ", ".join(
            filter(None, [target_label(target), subset if subset not in {"all", "ramp"} else ""])
        )
        rows.append(
            [
                _short(text(about["publication"])),
                {"text": _word(about["system"]), "small": where},
                metric_named(metric).heading,
                _plain(by_kind["published"][0]["text"]),
                _value(ours),
                _value(_strongest(by_kind["rival"], metric)),
                {**_value(best), "note": _word(best["label"])} if best else EMPTY,
            ]
        )
    head = ["Published by", "System, task", "Metric", "Published", "Ours, their protocol", "Best rival",
            "Best here"]  # fmt: skip
    return {"head": head, "rows": rows}


def audit(findings: Sequence[Row]) -> Table:
    """Return a row for each descriptor, with the verdict on each criterion."""
    cards: dict[tuple[str, str], list[Row]] = {}
    for row in findings:
        if row["leading"]:
            cards.setdefault((text(row["wing"]), text(row["kind"])), []).append(row)
    rows: list[list[Cell]] = []
    for (wing, _), criteria in cards.items():
        verdicts = [text(row["verdict"]) for row in criteria]
        cells: list[Cell] = [{"text": verdict, "verdict": verdict} for verdict in verdicts]
        columns = numeral(number(criteria[0]["n_features"]))
        rows.append([wing, _word(criteria[0]["name"]), columns, *cells])
    first = next(iter(cards.values()), [])
    titles = [f"{row['criterion']} {text(row['title']).lower()}" for row in first]
    return {"head": ["Wing", "Descriptor", "Features", *titles], "rows": rows}


def target_label(target: str) -> str:
    """Return the printed name of a target such as ``plastic@0.040|0.03|0.30`` or ``noise@0.01``."""
    classes = _CLASSES.fullmatch(target)
    if classes:
        strain, top, bottom = (f"{100 * float(share):g}" for share in classes.groups())
        return f"{strain} % strain, top {top} % against bottom {bottom} %"
    level = _LEVEL.fullmatch(target)
    if level:
        kind = "noise" if level[1] == "noise" else "strain"
        return f"{100 * float(level[2]):g} % {kind}" if float(level[2]) else f"no {kind}"
    return target.replace("_", " ")


def _strongest(rivals: Sequence[Row], metric: str) -> Row | None:
    """Return the competing method with the best value, or the first if no value is better."""
    known = [row for row in rivals if row["value"] is not None]
    larger = metric_named(metric).larger_is_better
    if not known or larger is None:
        return next(iter(known), None)
    return (max if larger else min)(known, key=lambda row: float(number(row["value"])))


def _value(row: Row | None) -> Measured:
    """Return a measured value with its interval."""
    if row is None or row["value"] is None:
        return {"text": EMPTY}
    value = number(row["value"])
    style = ".3f" if abs(value) >= VANISHING or value == 0 else AUTO
    quantity = Quantity(value, optional_number(row["low"]), optional_number(row["high"]))
    return {"text": numeral(float(value), style), "small": interval(quantity, style)}


def _word(cell: object) -> str:
    """Return a cell as text: a name may look like a number, and an empty cell is None."""
    return "" if cell is None else str(cell)


def _short(publication: str) -> str:
    """Return authors and year of a publication."""
    year = re.search(r"\((\d{4})\)", publication)
    return f"{publication.split(',', maxsplit=1)[0]} ({year[1]})" if year else publication


def _plain(cell: object) -> str:
    """Return the text of a published value, which may be read from CSV as a number."""
    return cell.replace("+-", "±") if isinstance(cell, str) else numeral(number(cell), "g")
