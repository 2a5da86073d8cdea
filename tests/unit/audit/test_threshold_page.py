"""The page of thresholds names every threshold of the audit, and only what exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/records/thresholds.md").read_text(encoding="utf-8")
AUDIT = "audit/thresholds.py"
ROW = re.compile(
    r"^\| (?P<what>[^|]*`_?[A-Z][^|]*) \| [^|]+ \| (?P<why>[^|]+) \| (?P<tests>[^|]+) \|$",
    re.MULTILINE,
)


def constants(module: str) -> set[str]:
    text = (ROOT / "workflow/mechanist" / module).read_text(encoding="utf-8")
    return set(re.findall(r"^(_?[A-Z][A-Z_]*): Final", text, re.MULTILINE))


def problems(page: str) -> list[str]:
    """Return what a page names although it does not exist, and what it leaves out."""
    found, of_audit = [], set()
    for row in ROW.finditer(page):
        module = (re.findall(r"`(\w+/\w+\.py)`", row["what"]) or [AUDIT])[0]
        names = set(re.findall(r"`([A-Z_]+)`", row["what"]))
        found += sorted(f"{module}: {name}" for name in names - constants(module))
        if module == AUDIT:
            of_audit |= names
        file = (re.findall(r"`(\w+/\w+\.py)`", row["tests"]) or ["audit/test_thresholds.py"])[0]
        text = (ROOT / "tests/unit" / file).read_text(encoding="utf-8")
        tests = re.findall(r"`(test_\w+)`", row["tests"])
        found += [f"{file}: {test}" for test in tests if f"def {test}(" not in text]
        if not tests or not row["why"].startswith(("computed:", "measured:", "convention")):
            found.append(f"{row['what']}: no test or no source")
    return found + sorted(f"not listed: {name}" for name in constants(AUDIT) - of_audit)


def test_every_threshold_of_the_audit_is_listed_with_its_test() -> None:
    assert problems(PAGE) == []


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("`STILL`", "`MOVED`", ["audit/thresholds.py: MOVED", "not listed: STILL"]),
        (
            "`test_the_smallest_gain_by_hand`",
            "`test_the_smallest_gain`",
            ["discover/test_selection_rules.py: test_the_smallest_gain"],
        ),
    ],
)
def test_what_does_not_exist_is_told(before: str, after: str, told: list[str]) -> None:
    assert problems(PAGE.replace(before, after)) == told
