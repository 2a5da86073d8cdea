"""What the documentation site generates: captions, commands, rules, numbers and links."""

import json
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[3]
BUILDER = ROOT / "docs/site_builder"
CAPTIONS = ROOT / "workflow/report"


@pytest.fixture(scope="module")
def builder() -> Iterator[dict[str, ModuleType]]:
    names = ("places", "values", "rules", "gallery", "api_pages")
    before = set(sys.modules)
    sys.path.insert(0, str(BUILDER))
    yield {name: import_module(name) for name in names}
    sys.path.remove(str(BUILDER))
    for name in set(names) - before:
        del sys.modules[name]


def finished(folder: Path, *names: str) -> Path:
    """Write a finished run of the smoke size with these figures."""
    outputs = {}
    for name in names:
        path = folder / f"figures/{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"picture")
        path.with_suffix(".csv").write_text("strain,value\n0.02,0.7\n")
        columns = [
            {"name": "strain", "schema:unitText": "1"},
            {"name": "value", "schema:unitText": "given in column 'unit'"},
        ]
        beside = {"tableSchema": {"columns": columns}}
        path.with_name(f"{path.stem}.csv-metadata.json").write_text(json.dumps(beside))
        outputs[f"results/smoke/figures/{name}.png"] = {"rule": "any"}
    manifest = {"commit": "abcdef0123", "seed": 7, "outputs": outputs}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def test_a_figure_stands_with_caption_data_units_and_command(
    builder: dict[str, ModuleType], tmp_path: Path
) -> None:
    gallery = builder["gallery"]
    run = finished(tmp_path, "ka2d/thesis", "crystal/poles", "models/glass_ka2d")
    text, shown = gallery.shown_page("glass", run)
    assert [figure.name for figure in shown] == ["ka2d/thesis"]
    assert "![thesis](files/ka2d/thesis.png)" in text
    assert "mechanism alone and over data alone. ka2d: score" in text
    assert "[thesis.csv](files/ka2d/thesis.csv)" in text
    assert "| `strain` | 1 |" in text
    assert "| `value` | given in column 'unit' |" in text
    command = "results/smoke/figures/ka2d/thesis.pdf --cores all --configfile config/smoke.yaml"
    assert f"snakemake {command}\n" in text
    assert "abcdef0" in gallery.index(run)


def test_a_figure_without_a_caption_and_a_lost_figure_are_refused(
    builder: dict[str, ModuleType], tmp_path: Path
) -> None:
    gallery = builder["gallery"]
    with pytest.raises(gallery.GalleryError, match="'sand/dunes' has no caption"):
        gallery.caption_of("sand/dunes")
    run = finished(tmp_path, "crystal/poles")
    (run / "figures/crystal/poles.png").unlink()
    with pytest.raises(gallery.GalleryError, match=r"lacks the figures \['crystal/poles'\]"):
        gallery.figures_of(run)
    with pytest.raises(gallery.GalleryError, match=r"RUN=.*nowhere has no manifest"):
        gallery.chosen_run(str(tmp_path / "nowhere"))


def test_the_rule_of_a_figure_says_its_caption(
    builder: dict[str, ModuleType], tmp_path: Path
) -> None:
    """Curves, maps and pole figures of one folder have captions of their own."""
    gallery = builder["gallery"]
    rules = {
        "trust/fold_leak": "trust_figure_fold_leak",
        "predicted/poles/fcc8_mine": "crystal_figure_predicted_poles",
        "predicted/n100_mine": "dislocation_figure_predicted",
    }
    run = finished(tmp_path, *rules)
    manifest = json.loads((run / "manifest.json").read_text())
    for name, rule in rules.items():
        manifest["outputs"][f"results/smoke/figures/{name}.png"]["rule"] = rule
    (run / "manifest.json").write_text(json.dumps(manifest))
    assert {figure.name: figure.caption for figure in gallery.figures_of(run)} == {
        "trust/fold_leak": "trust_fold_leak",
        "predicted/poles/fcc8_mine": "predicted_poles",
        "predicted/n100_mine": "predicted_curve",
    }


def test_every_figure_of_one_rule_has_a_caption_that_exists(
    builder: dict[str, ModuleType],
) -> None:
    stated = builder["rules"].captions_of_rules()
    assert len(stated) > 12
    assert {name for name in stated.values() if not (CAPTIONS / f"{name}.rst").is_file()} == set()
    sole = {
        rule.name
        for path in builder["rules"].rule_files()
        for rule in builder["rules"].read_rules(path.read_text(encoding="utf-8"))
        if "figure_outputs(" in rule.sections.get("output", "")
    }
    assert sole - set(stated) == set()


def test_every_caption_of_a_figure_is_on_one_page_of_the_gallery(
    builder: dict[str, ModuleType],
) -> None:
    gallery = builder["gallery"]
    shown = [name for _, begins in gallery.PAGES.values() for name in gallery.captions(begins)]
    written = {path.stem for path in (ROOT / "workflow/report").glob("*.rst")}
    assert sorted(shown) == sorted(written - gallery.NO_FIGURES)
    assert all((ROOT / "docs" / picture).exists() for picture in gallery.HELD.values())
    for name in shown:
        assert "{{" not in gallery.caption_text(name)


def test_rules_are_read_as_they_are_written(builder: dict[str, ModuleType]) -> None:
    rules = builder["rules"]
    (rule,) = rules.read_rules(
        '# Grains of sand.\nrule sand:\n    input:\n        one="a.txt",\n    output:\n'
        '        "<results>/b.txt",\n    script:\n        "../scripts/glass/keep.py"\n'
    )
    assert (rule.name, rule.comment) == ("sand", "Grains of sand.")
    assert rule.sections == {"input": 'one="a.txt",\n', "output": '"<results>/b.txt",\n'}
    assert rule.script == "../scripts/glass/keep.py"
    named = [r.name for path in rules.rule_files() for r in rules.read_rules(path.read_text())]
    assert len(named) == len(set(named)) > 90
    assert {"all", "glass_simulate", "glass_figure_scores", "models_train"} <= set(named)


def test_values_are_read_and_a_wrong_one_names_its_page(builder: dict[str, ModuleType]) -> None:
    values = builder["values"]
    known = {"headline": {"a": [{"k": "x", "value": 0.256}, {"k": "y", "value": 1}]}, "config": {}}
    assert values.with_values("is {{ headline a/k=x/value | .1f }}", "p.md", known) == "is 0.3"
    assert values.with_values("is {{ headline a/k=x/value | .0% }}", "p.md", known) == "is 26 %"
    for wrong in ("a/k=z/value", "b", "a/k=x"):
        with pytest.raises(values.PageError, match=r"^p\.md: "):
            values.with_values(f"{{{{ headline {wrong} }}}}", "p.md", known)


def test_numbers_that_nobody_read_are_not_shown_as_published(
    builder: dict[str, ModuleType],
) -> None:
    table = builder["values"].published("glass")
    assert "up to 0.77" in table
    assert "Bapst" not in table  # its status is unknown


def test_links_lead_to_pages_or_become_names(builder: dict[str, ModuleType]) -> None:
    places = builder["places"]

    def linked(text: str) -> str:
        moved: str = places.with_links(text, "docs/tutorials/rival.md", "tutorials/rival.md")
        return moved

    assert linked("[x](../../config/README.md#a)") == "[x](../reference/your_data.md#a)"
    weak = "../../workflow/mechanist/discover/weak.py"
    assert linked(f"[weak]({weak})") == "[weak](../reference/api/discover/weak.md)"
    assert linked("[the lock](../../requirements.lock)") == "the lock"
    assert (
        linked("```\n[x](../../config/README.md)\n```") == "```\n[x](../../config/README.md)\n```"
    )
    assert linked("[x](nowhere.md)") == "[x](nowhere.md)"  # MkDocs reports it


def test_what_explanations_say_in_words_holds_in_the_numbers() -> None:
    found = json.loads((ROOT / "docs/headline.json").read_text())

    def value(records: list[dict[str, object]], target: str, subset: str | None = None) -> float:
        (one,) = [r for r in records if r["target"] == target and subset in (None, r.get("subset"))]
        return float(str(one["value"]))

    glass = found["glass"]["models"]
    at = [f"log10_d2min@{strain}" for strain in ("0.020", "0.040", "0.060")]
    assert all(value(glass["joint"], t) > value(glass["load_blind"], t) for t in at)
    assert value(glass["mechanics"], at[0]) - value(glass["joint"], at[0]) > 0.1
    assert value(glass["elastic_step"], at[0]) - value(glass["elastic_step"], at[2]) > 0.1
    assert max(glass, key=lambda name: value(glass[name], at[2])) == "hybrid"
    glide = found["dislocation"]["models"]
    for name in set(glide) - {"taylor"}:
        r2 = [value(glide[name], f"stress@{e}", "undeformed") for e in ("0.001", "0.010", "0.020")]
        assert r2 == sorted(r2, reverse=True)
    assert value(glide["taylor"], "stress@0.010", "undeformed") < 0.05
    late = [
        value(glide[n], "stress@0.020", "undeformed") for n in ("response_network", "first_burst")
    ]
    assert late[0] < late[1]
    turned = {
        n: value(r, "orientation@0.130", "all") for n, r in found["crystal"]["surrogate"].items()
    }
    assert turned["gru"] > turned["taylor_plastic"] > turned["gru_plastic"] > 0.5
    laws = found["crystal"]["interactions"]
    assert value(laws["free"], "K") > 10 * value(laws["tied_lasso"], "K")
