"""Write the numbers and the picture of README.md from results: `make readme`.

Nothing in the block between the markers is typed by hand. A test compares the block with
docs/headline.json, which is copied from the run that made it.
"""

import json
import shutil
import sys
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[1]
SYSTEM: Final = "ka2d"
METRICS: Final = {"auc_top10": "AUC (top 10 %)", "spearman": "Spearman", "r2_within": "R2"}
#: The hybrid against data alone and against mechanism alone.
GAINS: Final = (("hybrid", "joint"), ("hybrid", "mechanics"))
MODELS: Final = ("load_blind", "joint", "elastic_step", "mechanics", "hybrid", "other_loads")
BEGIN: Final = "<!-- begin: headline"
END: Final = "<!-- end: headline -->"


def collect(results: Path) -> dict[str, Any]:
    """Read the scores of the headline models on all loads."""
    found: dict[str, Any] = {"models": {}}
    for model in MODELS:
        path = results / f"glass/{SYSTEM}/scores/{model}.json"
        records = json.loads(path.read_text(encoding="utf-8"))
        chosen = [
            r
            for r in records
            if r["subset"] == "all"
            and r["metric"] in METRICS
            and r["target"].startswith("log10_d2min@")
        ]
        found["models"][model] = [
            {k: r[k] for k in ("metric", "target", "value", "low", "high")} for r in chosen
        ]
        found["n_samples"] = chosen[0]["n_samples"]
        found["level"] = chosen[0]["level"]
    compared = json.loads((results / f"glass/{SYSTEM}/comparisons.json").read_text("utf-8"))
    found["gains"] = [
        {k: r[k] for k in ("first", "second", "target", "difference", "low", "high")}
        for r in compared
        if (r["first"], r["second"]) in GAINS
        and r["subset"] == "all"
        and r["metric"] == "auc_top10"
        and r["target"].startswith("log10_d2min@")
    ]
    return found


def block(headline: dict[str, Any], labels: dict[str, str]) -> str:
    """Return the lines between the markers."""
    targets = sorted({r["target"] for records in headline["models"].values() for r in records})
    strains = [f"{100 * float(t.split('@')[1]):g} %" for t in targets]
    lines = [
        f"{BEGIN} (made by `make readme` from results; do not edit) -->",
        (
            f"AUC for the most plastic tenth of the particles, out of fold on {headline['n_samples']}"
            f" glasses ({100 * headline['level']:g} % interval from resampling whole glasses):"
        ),
        "",
        "| model | " + " | ".join(f"{s} strain" for s in strains) + " |",
        "|---|" + "---|" * len(strains),
    ]
    for model, records in headline["models"].items():
        value = {r["target"]: r for r in records if r["metric"] == "auc_top10"}
        cells = [
            f"{value[t]['value']:.3f} [{value[t]['low']:.3f}, {value[t]['high']:.3f}]"
            for t in targets
        ]
        lines.append(f"| {labels[model]} | " + " | ".join(cells) + " |")
    lines += ["", "Paired by glass, mechanism and data together gain over either alone:", ""]
    for first, second in GAINS:
        gains = {
            r["target"]: f"{r['difference']:+.3f} [{r['low']:+.3f}, {r['high']:+.3f}]"
            for r in headline["gains"]
            if (r["first"], r["second"]) == (first, second)
        }
        cells = ", ".join(f"{gains[t]} at {s}" for t, s in zip(targets, strains, strict=True))
        lines.append(f"- {labels[first]} minus {labels[second]}: {cells}")
    return "\n".join([*lines, END])


def replaced(text: str, new: str) -> str:
    """Return ``text`` with the block between the markers replaced."""
    begin, end = text.index(BEGIN), text.index(END) + len(END)
    return text[:begin] + new + text[end:]


def model_labels() -> dict[str, str]:
    """Return labels of models as figures show them."""
    import yaml

    config = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    return {name: entry["label"] for name, entry in config["glass"]["models"].items()}


def main(results: Path) -> None:
    """Refresh README.md, docs/headline.json and docs/strain.png."""
    headline = collect(results)
    text = json.dumps(headline, indent=1) + "\n"
    (ROOT / "docs/headline.json").write_text(text, encoding="utf-8")
    shutil.copyfile(results / f"figures/{SYSTEM}/strain.png", ROOT / "docs/strain.png")
    readme = ROOT / "README.md"
    content = readme.read_text(encoding="utf-8")
    readme.write_text(replaced(content, block(headline, model_labels())), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "results")
