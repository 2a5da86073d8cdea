"""README.md shows the numbers of a run, and its commands exist."""

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[3]


def updater() -> ModuleType:
    spec = importlib.util.spec_from_file_location("update_readme", ROOT / "docs/update_readme.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_headlines_are_what_the_run_said() -> None:
    module = updater()
    headline = json.loads((ROOT / "docs/headline.json").read_text())
    text, labels = (ROOT / "README.md").read_text(), module.model_labels()
    assert module.replaced(text, headline, labels) == text
    for value in (
        headline["glass"]["models"]["hybrid"][0],
        headline["dislocation"]["models"]["elastic"][0],
        headline["equations"]["burgers"]["weak"][0],
    ):
        before = value["value"]
        value["value"] = before + 0.5
        assert module.replaced(text, headline, labels) != text
        value["value"] = before


def test_a_model_is_ahead_of_a_simulation_only_if_its_interval_says_so() -> None:
    updater()  # puts docs on the path
    verdict = importlib.import_module("readme_frontier").verdict

    def row(low: float, high: float) -> dict[str, object]:
        return {"kind": "model", "gain": (low + high) / 2, "gain_low": low, "gain_high": high}

    unmet = {"kind": "model", "gain": None, "gain_low": None, "gain_high": None}
    path = {**unmet, "kind": "path"}
    rows = [row(0.01, 0.03), row(-0.01, 0.03), row(-0.02, 0.0), row(-0.03, -0.01), unmet, path]
    said = verdict(rows)
    assert said.startswith("Of 4 comparisons")
    assert "ahead in 1 and behind in 1" in said
    assert said.endswith("In 1 more, the model costs less than any of the coarse simulations.")
    assert "more" not in verdict(rows[:4])


def test_every_make_target_in_the_readme_exists() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    for text in ((ROOT / "README.md").read_text(), (ROOT / "config/README.md").read_text()):
        assert set(re.findall(r"(?:`|^    )make ([a-z-]+)", text, re.MULTILINE)) <= targets


def places(page: str) -> set[str]:
    """Return the names under which a page's headings can be linked to."""
    heads = re.findall(r"^#+ (.*)$", page, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head).strip().lower().replace(" ", "-") for head in heads}


def test_headings_are_linked_to_by_their_words() -> None:
    assert places("# Costs\n\n## Your own, of course\nno # heading\n") == {
        "costs",
        "your-own-of-course",
    }


def test_every_linked_file_exists() -> None:
    for link in re.findall(r"\]\(((?!http)[^)]+)\)", (ROOT / "README.md").read_text()):
        name, _, place = link.partition("#")
        assert (ROOT / name).exists(), link
        if place:
            page = ROOT / (name or "README.md")
            assert place in places(page.read_text()), link
