"""The table and the heat map of the audit, from handmade cards."""

from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from mechanist.audit.card import (
    TITLES,
    AuditCard,
    Criterion,
    Finding,
    Verdict,
    not_applicable,
    write_card,
)
from mechanist.core.errors import FormatError
from mechanist.draw.style import DOUBLE, SUFFIXES, new_figure, styled
from scripts.trust import audit_table, figure_verdicts
from scripts.trust.figure_verdicts import SIGMA

VERDICTS = (Verdict.PASS, Verdict.WARN, Verdict.FAIL, Verdict.INCONCLUSIVE)


def card(wing: str, kind: str, verdicts: tuple[Verdict, ...] = VERDICTS) -> AuditCard:
    findings = [
        Finding(name=f"finding {n}", verdict=v, value=10.0**-n, unit="spreads", probe="relaxed",
                threshold={"pass": 1e-9, "fail": 1e-6})
        for n, v in enumerate(verdicts)
    ]  # fmt: skip
    calm = Finding(name="calm", verdict=Verdict.PASS, value=0.0, unit="1")
    parts = [(calm, finding) for finding in findings]
    parts += [(not_applicable("rank", "nothing to move"),)] * (5 - len(parts))
    criteria = [Criterion(n, found) for n, found in zip(TITLES, parts, strict=True)]
    return AuditCard(
        name=kind.title(), kind=kind, wing=wing, parameters={}, claims={}, seed=1, n_features=3,
        criteria=tuple(criteria),
    )  # fmt: skip


@pytest.fixture
def table(tmp_path: Path) -> Path:
    cards = [
        card("glass", "one"),
        card("pileup", "two", VERDICTS[::-1]),
        card("newcomers", "three"),
    ]
    for each in cards:
        write_card(tmp_path / f"{each.kind}.json", each)
    paths = [tmp_path / f"{each.kind}.json" for each in cards]
    audit_table.main(paths, tmp_path / "audit.csv", tmp_path / "audit.md")
    return tmp_path / "audit.csv"


def test_the_table_holds_every_finding_and_what_each_verdict_rests_on(table: Path) -> None:
    found = pd.read_csv(table)
    assert len(found) == 3 * 9
    assert found["leading"].sum() == 3 * 5
    row = found[(found["kind"] == "one") & (found["criterion"] == "iii") & found["leading"]].iloc[0]
    assert row[["verdict", "finding", "value", "pass", "fail", "probe"]].tolist() == [
        "fail", "finding 2", 0.01, 1e-9, 1e-6, "relaxed",
    ]  # fmt: skip
    assert found.loc[found["measured"], "criterion"].unique().tolist() == ["iii"]


def test_the_summary_has_a_row_a_descriptor_and_all_thresholds(table: Path) -> None:
    text = table.with_suffix(".md").read_text(encoding="utf-8")
    assert "| glass | One (`one`) | 3 |" in text
    assert "**fail**: finding 2 0.01 spreads" in text
    assert "**not applicable**: rank (nothing to move)" in text
    assert "| iii | finding 2 | spreads | 1e-09 |  | 1e-06 |" in text


def test_no_card_or_a_broken_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no audit cards given"):
        audit_table.main([], tmp_path / "a.csv", tmp_path / "a.md")
    (tmp_path / "bad.json").write_text("{}", encoding="utf-8")
    with pytest.raises(FormatError, match=r"bad\.json"):
        audit_table.main([tmp_path / "bad.json"], tmp_path / "a.csv", tmp_path / "a.md")
    assert not (tmp_path / "a.csv").exists()


def test_the_heat_map_shows_every_leading_finding_and_comes_out_the_same(
    table: Path, tmp_path: Path
) -> None:
    stems = [tmp_path / name / "audit" for name in ("first", "second")]
    for stem in stems:
        figure_verdicts.main(table, stem, metadata={"licence": "CC-BY-4.0"})
    for suffix in SUFFIXES:
        first, second = (stem.with_suffix(suffix).read_bytes() for stem in stems)
        assert first == second, suffix
    drawn = pd.read_csv(stems[0].with_suffix(".csv"))
    assert len(drawn) == 15
    assert set(drawn["verdict"]) == set(figure_verdicts.LOOKS)


def test_marks_and_lightness_tell_verdicts_apart_without_colour() -> None:
    looks = list(figure_verdicts.LOOKS.values())
    assert len({look.mark for look in looks}) == len(looks) == len(Verdict)

    def lightness(colour: str) -> float:
        red, green, blue = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    order = [lightness(figure_verdicts.LOOKS[v].colour) for v in ("inconclusive", "warn", "fail")]
    assert all(a - b > 0.15 for a, b in pairwise(order))


@pytest.mark.parametrize(
    ("value", "unit", "finding", "shown"),
    [(2.4e-14, "spreads", "translation", (f"2e-14 {SIGMA}", "translation")),
     (0.43, "of the required rank", "rank", ("43 %", "rank")),
     (2e6, "spreads", "replicas", (f"> 1e4 {SIGMA}", "copy off by")),
     (470.2, "1", "jumps", ("470", "jump ratio")),
     (20.0, "non-finite values", "one of each sign", ("20 not finite", "one of each sign")),
     (float("nan"), "", "nothing nearby", ("fail", "nothing nearby")),
     (1.0, "1", "a finding with far too long a name", ("1", "a finding with far…"))],
)  # fmt: skip
def test_cells_say_what_was_found(
    value: float, unit: str, finding: str, shown: tuple[str, str]
) -> None:
    row = {"value": value, "unit": unit, "finding": finding, "verdict": "fail"}
    assert figure_verdicts.cell_text(row) == shown


def test_the_longest_words_of_a_cell_stay_within_it() -> None:
    """Seven inches hold the labels and five cells; the values are the longest that are written."""
    longest = {
        "spreads": ("replicas", 2e6),
        "of its standard deviation": ("rebuilding the richer description", 1.06),
    }
    rows = [
        {"wing": "glass", "kind": unit, "criterion": criterion, "verdict": "fail", "finding": finding,
         "value": value, "unit": unit, "name": "One", "n_features": 3, "title": "Size"}
        for unit, (finding, value) in longest.items() for criterion in ("i", "ii", "iii", "iv", "v")
    ]  # fmt: skip
    shown = pd.DataFrame(rows)
    with styled():
        figure, axes = new_figure(width=DOUBLE, height=2.0)
        panel = axes[0, 0]
        figure_verdicts.draw(panel, shown, *figure_verdicts.layout(shown))
        figure.draw_without_rendering()
        inside = panel.transData.inverted()
        ends = [
            text.get_window_extent().transformed(inside).x1 - int(text.get_position()[0])
            for text in panel.texts
            if " off by " in text.get_text()
        ]
    assert len(ends) == 10
    assert 0.5 < max(ends) < 0.985


def test_exponents_are_written_without_negative_zeros() -> None:
    row = {"value": -0.01, "unit": "exponent", "finding": "time", "verdict": "pass"}
    assert figure_verdicts.cell_text(row) == ("0.0", "time exponent")
    assert figure_verdicts.cell_text(row | {"value": 1.23})[0] == "1.2"
