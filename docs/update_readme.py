"""Update the numbers and pictures of README.md from results (`make readme`).

Nothing between a pair of markers is typed by hand. A test compares the blocks with
docs/headline.json, which this script writes from the same results. After a run of some wings alone,
``python docs/update_readme.py equations elastic`` updates their blocks and leaves the others.
"""

import json
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parent))  # for direct runs and for a test

from readme_blocks import (
    audit_block,
    collect_audit,
    collect_crystal,
    collect_elastic,
    collect_error_bars,
    collect_verdicts,
    crystal_block,
    elastic_block,
    error_bars_block,
    verdicts_block,
)
from readme_frontier import collect_frontier, frontier_block

ROOT: Final = Path(__file__).parents[1]
MADE: Final = "(made by `make readme` from results; do not edit) -->"

Record = dict[str, Any]
Labels = dict[str, dict[str, str]]

#: Figures that README.md shows, with the block that they belong to.
PICTURES: Final = {
    "figures/ka2d/strain.png": ("glass", "strain.png"),
    "figures/dislocation/strain.png": ("dislocation", "dislocation_strain.png"),
    "figures/equations/error.png": ("equations", "equations_error.png"),
    "figures/equations/elastic.png": ("elastic", "equations_elastic.png"),
    "figures/crystal/misorientation.png": ("crystal", "crystal_misorientation.png"),
    "figures/audit.png": ("audit", "audit.png"),
}
#: Comparisons of the hybrid with data alone and with mechanism alone.
GAINS: Final = (("hybrid", "joint"), ("hybrid", "mechanics"))
#: Comparisons that the page on glasses tells: of maps with maps that are not turned, and with invariants.
MAPS: Final = {"turning": ("oriented_maps", "lab_maps"), "invariants": ("joint", "oriented_maps")}
GLASS_MODELS: Final = ("load_blind", "joint", "elastic_step", "mechanics", "hybrid", "other_loads")
DISLOCATION_MODELS: Final = ("taylor", "hand", "response_network", "first_burst", "elastic")
BRANCHES: Final = ("undeformed", "prestrained")
DISLOCATION_STRAINS: Final = ("stress@0.001", "stress@0.010", "stress@0.020")
CASES: Final = ("burgers", "kdv", "kuramoto_sivashinsky", "nls")
#: Discovery methods, each scored with the selection rule that suits it.
METHODS: Final = ("weak", "pysindy_weak_tuned")
LEVELS: Final = ("noise@0", "noise@0.01", "noise@0.05", "noise@0.2")


def read(path: Path) -> list[Record]:
    """Read the records of a score file."""
    return list(json.loads(path.read_text(encoding="utf-8")))


def kept(records: Iterable[Record], *names: str) -> list[Record]:
    """Return the named fields of records."""
    return [{name: record[name] for name in names} for record in records]


def collect_glass(results: Path) -> dict[str, Any]:
    """Read the scores of the headline glass models over all loads."""
    base = results / "glass/ka2d"
    models = {
        model: [
            r
            for r in read(base / f"scores/{model}.json")
            if (r["subset"], r["metric"]) == ("all", "auc_top10")
            and r["target"].startswith("log10_d2min@")
        ]
        for model in GLASS_MODELS
    }
    first = models[GLASS_MODELS[0]][0]
    compared = [
        r
        for r in read(base / "comparisons.json")
        if (r["subset"], r["metric"]) == ("all", "auc_top10")
        and r["target"].startswith("log10_d2min@")
    ]
    gains = [r for r in compared if (r["first"], r["second"]) in GAINS]
    maps = {
        name: kept(
            (r for r in compared if (r["first"], r["second"]) == pair),
            "target", "difference", "low", "high",
        )
        for name, pair in MAPS.items()
    }  # fmt: skip
    return {
        "n_samples": first["n_samples"],
        "level": first["level"],
        "models": {m: kept(r, "target", "value", "low", "high") for m, r in models.items()},
        "gains": kept(gains, "first", "second", "target", "difference", "low", "high"),
        "maps": maps,
    }


def collect_dislocation(results: Path) -> dict[str, Any]:
    """Read R2 across dislocation samples for the headline models."""
    models = {
        model: [
            r
            for r in read(results / f"dislocation/n100/scores/{model}.json")
            if r["metric"] == "r2" and r["target"] in DISLOCATION_STRAINS
        ]
        for model in DISLOCATION_MODELS
    }
    first = models[DISLOCATION_MODELS[0]][0]
    return {
        "n_samples": first["n_samples"],
        "level": first["level"],
        "models": {
            m: kept(r, "target", "subset", "value", "low", "high") for m, r in models.items()
        },
    }


def collect_equations(results: Path) -> dict[str, Any]:
    """Read the share of exactly found equations and their coefficient errors."""
    found: dict[str, Any] = {}
    for case in CASES:
        for method in METHODS:
            records = [
                r
                for r in read(results / f"equations/{case}/scores/{method}.json")
                if r["subset"] == "all" and r["metric"] in ("exact_share", "error_percent")
            ]
            found.setdefault(case, {})[method] = kept(
                records, "metric", "target", "value", "n_samples"
            )
    return found


def glass_block(found: dict[str, Any], labels: Labels) -> list[str]:
    """Return the lines on glasses."""
    targets = sorted({r["target"] for records in found["models"].values() for r in records})
    strains = [f"{100 * float(t.split('@')[1]):g} %" for t in targets]
    lines = [
        (
            f"AUC for the most plastic tenth of the particles, out of fold on {found['n_samples']}"
            f" glasses ({100 * found['level']:g} % interval from resampling whole glasses):"
        ),
        "",
        "| model | " + " | ".join(f"{s} strain" for s in strains) + " |",
        "|---|" + "---|" * len(strains),
    ]
    for model, records in found["models"].items():
        value = {r["target"]: r for r in records}
        lines.append(
            f"| {labels['glass'][model]} | {' | '.join(interval(value[t]) for t in targets)} |"
        )
    lines += [
        "",
        "Gain of the hybrid over data alone and over mechanics alone, paired by glass:",
        "",
    ]
    for first, second in GAINS:
        gains = {
            r["target"]: f"{r['difference']:+.3f} [{r['low']:+.3f}, {r['high']:+.3f}]"
            for r in found["gains"]
            if (r["first"], r["second"]) == (first, second)
        }
        cells = ", ".join(f"{gains[t]} at {s}" for t, s in zip(targets, strains, strict=True))
        lines.append(f"- {labels['glass'][first]} minus {labels['glass'][second]}: {cells}")
    change = {
        second: "grows" if _gain(found, second, targets[-1]) > _gain(found, second, targets[0]) else "shrinks"
        for _, second in GAINS
    }  # fmt: skip
    (_, data), (_, mechanics) = GAINS
    return [
        *lines,
        "",
        (
            f"From {strains[0]} to {strains[-1]} strain, what mechanics add to data {change[data]}, and what data add to mechanics"
            f" {change[mechanics]}."
        ),
    ]


def _gain(found: dict[str, Any], second: str, target: str) -> float:
    """Return the gain of the hybrid over another model."""
    return next(
        float(r["difference"])
        for r in found["gains"]
        if (r["second"], r["target"]) == (second, target)
    )


def dislocation_block(found: dict[str, Any], labels: Labels) -> list[str]:
    """Return the lines on dislocations."""
    columns = [(branch, target) for branch in BRANCHES for target in DISLOCATION_STRAINS]
    heads = [f"{branch}, {100 * float(t.split('@')[1]):g} %" for branch, t in columns]
    lines = [
        (
            f"R2 of the predicted stress at a given strain, over {found['n_samples']} samples, out of fold"
            f" ({100 * found['level']:g} % interval from resampling samples):"
        ),
        "",
        "| model | " + " | ".join(heads) + " |",
        "|---|" + "---|" * len(heads),
    ]
    for model, records in found["models"].items():
        value = {(r["subset"], r["target"]): r for r in records}
        cells = " | ".join(interval(value[column], digits=2) for column in columns)
        lines.append(f"| {labels['dislocation'][model]} | {cells} |")
    first, last = (_best_of(found, columns[k]) for k in (0, len(DISLOCATION_STRAINS) - 1))
    named = labels["dislocation"]
    return [
        *lines,
        "",
        (
            f"Of undeformed samples, the stress at the smallest strain is predicted best by *{named[first]}*, and at the largest"
            f" by *{named[last]}*."
        ),
    ]


def _best_of(found: dict[str, Any], column: tuple[str, str]) -> str:
    """Return the model with the largest score in a column."""
    value: dict[str, float] = {
        model: next(r["value"] for r in records if (r["subset"], r["target"]) == column)
        for model, records in found["models"].items()
    }
    return max(value, key=lambda model: value[model])


def equations_block(found: dict[str, Any], labels: Labels) -> list[str]:
    """Return the lines on equations."""
    heads = [f"{100 * float(level.split('@')[1]):g} % noise" for level in LEVELS]
    lines = [
        (
            "Mean error of the coefficients in %, over the runs that found the right terms (smaller is better); in brackets,"
            " their number out of all runs, one for each realisation of the noise:"
        ),
        "",
        "| data | method | " + " | ".join(heads) + " |",
        "|---|---|" + "---|" * len(heads),
    ]
    for case, methods in found.items():
        for method, records in methods.items():
            value = {(r["metric"], r["target"]): r for r in records}
            cells = " | ".join(discovery(value, level) for level in LEVELS)
            title = case.replace("_", " ")
            lines.append(f"| {title} | {labels['equations'].get(method, method)} | {cells} |")
    counts = {method: _right(found, method) for method in METHODS}
    return [
        *lines,
        "",
        " ".join(
            f"The method *{labels['equations'][method]}* found the right terms in {right} of {runs} runs."
            for method, (right, runs) in counts.items()
        ),
    ]


def _right(found: dict[str, Any], method: str) -> tuple[int, int]:
    """Return in how many runs a method found the right terms, and how many there are."""
    shares = [
        record
        for methods in found.values()
        for record in methods.get(method, [])
        if record["metric"] == "exact_share" and record["target"] in LEVELS
    ]
    right = sum(round(r["value"] * r["n_samples"]) for r in shares)
    return right, sum(r["n_samples"] for r in shares)


def interval(record: Record, digits: int = 3) -> str:
    """Return a value with its interval."""
    return f"{record['value']:.{digits}f} [{record['low']:.{digits}f}, {record['high']:.{digits}f}]"


def discovery(value: dict[tuple[str, str], Record], level: str) -> str:
    """Return the coefficient error and exact share at one noise level."""
    share, error = value.get(("exact_share", level)), value.get(("error_percent", level))
    if share is None:
        return "-"
    right = f"({round(share['value'] * share['n_samples'])}/{share['n_samples']})"
    return f"{error['value']:.2g} {right}" if error else right


WINGS: Final[dict[str, tuple[Callable[..., Any], Callable[..., list[str]]]]] = {
    "glass": (collect_glass, glass_block),
    "frontier": (collect_frontier, frontier_block),
    "dislocation": (collect_dislocation, dislocation_block),
    "equations": (collect_equations, equations_block),
    "error_bars": (collect_error_bars, error_bars_block),
    "verdicts": (collect_verdicts, verdicts_block),
    "elastic": (collect_elastic, elastic_block),
    "crystal": (collect_crystal, crystal_block),
    "audit": (collect_audit, audit_block),
}


def collect(results: Path, blocks: Iterable[str]) -> dict[str, Any]:
    """Read the README.md numbers of some blocks."""
    return {block: WINGS[block][0](results) for block in blocks}


def replaced(text: str, headline: dict[str, Any], labels: Labels) -> str:
    """Return ``text`` with the block of every wing replaced."""
    for wing, (_, lines) in WINGS.items():
        begin, end = f"<!-- begin: {wing}", f"<!-- end: {wing} -->"
        before, rest = text.split(begin, 1)
        after = rest.split(end, 1)[1]
        block = "\n".join([f"{begin} {MADE}", *lines(headline[wing], labels), end])
        text = before + block + after
    return text


def model_labels() -> Labels:
    """Return the model labels used in figures."""
    import yaml

    config = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    labels = {
        wing: {name: str(entry["label"]) for name, entry in config[wing]["models"].items()}
        for wing in ("glass", "dislocation")
    }
    frontier = config["glass"]["frontier"]
    beside = frontier["paths"] | frontier["models"]
    labels["frontier"] = labels["glass"] | {name: str(e["label"]) for name, e in beside.items()}
    labels["frontier"]["full"] = "Full path, kicked at random before every step"
    crystal = config["crystal"]
    models = crystal["interactions"]["models"] | crystal["surrogate"]["models"]
    labels["crystal"] = {name: str(entry["label"]) for name, entry in models.items()}
    elastic = config["equations"]["elastic"]["models"]
    labels["elastic"] = {name: str(entry["label"]) for name, entry in elastic.items()}
    labels["equations"] = {"weak": "ours", "pysindy_weak_tuned": "PySINDy, weak form, tuned"}
    return labels


def main(blocks: Sequence[str], results: Path = ROOT / "results") -> None:
    """Update blocks of README.md and docs/headline.json, and the pictures of these blocks."""
    path = ROOT / "docs/headline.json"
    known = json.loads(path.read_text(encoding="utf-8"))
    headline = {block: known.get(block) for block in WINGS} | collect(results, blocks)
    path.write_text(json.dumps(headline, indent=1) + "\n", encoding="utf-8")
    for source, (block, name) in PICTURES.items():
        if block in blocks:
            shutil.copyfile(results / source, ROOT / "docs" / name)
    readme = ROOT / "README.md"
    content = readme.read_text(encoding="utf-8")
    readme.write_text(replaced(content, headline, model_labels()), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:] or list(WINGS))
