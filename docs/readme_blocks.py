"""Make the README.md blocks on crystals, on the audit and on error bars from result files.

Each block ends in a sentence that its numbers imply.
"""

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any, Final

Record = dict[str, Any]
Labels = dict[str, dict[str, str]]

INTERACTION_MODELS: Final = ("tied_lasso", "tied", "free", "taylor_scalar")
INTERACTION_TARGETS: Final = ("H", "K", "stress of single crystals")
SURROGATE_MODELS: Final = (
    "persistence", "ridge", "taylor", "taylor_plastic", "xgboost", "gru", "gru_elastic", "gru_plastic",
)  # fmt: skip
SURROGATE_TARGETS: Final = ("orientation@0.020", "orientation@0.050", "orientation@0.130")
#: Held-out microstructures of the training size, and microstructures on a larger grid.
SURROGATE_SUBSETS: Final = ("all", "fcc16")
#: Nominal coverage of an interval of this many standard errors on both sides: 95 %.
NORMAL: Final = 1.959964
ELASTIC_LAWS: Final = ("found", "eight_chain", "neo_hooke", "yeoh")
VERDICTS: Final = ("pass", "warn", "fail", "inconclusive", "not applicable")


def collect_crystal(results: Path) -> dict[str, Any]:
    """Read the errors of identified interactions and of surrogate predictions."""
    base = results / "crystal"
    interactions = {
        model: chosen(
            base / f"interactions/scores/{model}.json", INTERACTION_TARGETS, "error_percent"
        )
        for model in INTERACTION_MODELS
    }
    surrogates = {
        model: chosen(
            base / f"surrogate/scores/{model}.json", SURROGATE_TARGETS, "relative_misorientation"
        )
        for model in SURROGATE_MODELS
    }
    return {"interactions": interactions, "surrogate": surrogates}


def chosen(path: Path, targets: tuple[str, ...], metric: str) -> list[Record]:
    """Return the named records of a score file."""
    names = ("target", "subset", "value", "low", "high", "n_samples")
    return [
        {name: record[name] for name in names}
        for record in json.loads(path.read_text(encoding="utf-8"))
        if record["target"] in targets and record["metric"] == metric
    ]


def crystal_block(found: dict[str, Any], labels: Labels) -> list[str]:
    """Return the lines on crystals."""
    lines = [
        (
            "Error in % of the coefficients H (how dislocations of one slip system harden another) and K (how they feed its"
            " density), and of the stress-strain curves of held-out crystals; smaller is better (95 % interval):"
        ),
        "",
        "| identified by | H | K | stress |",
        "|---|---|---|---|",
    ]
    for model, records in found["interactions"].items():
        value = {r["target"]: r for r in records}
        cells = " | ".join(cell(value.get(target)) for target in INTERACTION_TARGETS)
        lines.append(f"| {labels['crystal'][model]} | {cells} |")
    columns = [(s, t) for s in SURROGATE_SUBSETS for t in SURROGATE_TARGETS]
    grid = {"all": "8 x 8 x 8", "fcc16": "16 x 16 x 16"}
    heads = [f"{grid[s]}, {100 * float(t.split('@')[1]):g} %" for s, t in columns]
    lines += [
        "",
        (
            "Misorientation between predicted and true lattices divided by their mean rotation, on held-out"
            " microstructures; trained on 8 x 8 x 8 voxels; 0 is perfect, 1 is no better than no rotation:"
        ),
        "",
        "| model | " + " | ".join(heads) + " |",
        "|---|" + "---|" * len(heads),
    ]
    for model, records in found["surrogate"].items():
        held = {(r["subset"], r["target"]): r for r in records}
        cells = " | ".join(cell(held.get(column)) for column in columns)
        lines.append(f"| {labels['crystal'][model]} | {cells} |")
    return [*lines, "", _crystal_conclusion(found, labels["crystal"])]


def _crystal_conclusion(found: dict[str, Any], labels: dict[str, str]) -> str:
    """Return which methods have the smallest errors."""
    target = INTERACTION_TARGETS[1]
    law = {m: value for m, records in found["interactions"].items()
           for value in [r["value"] for r in records if r["target"] == target]}  # fmt: skip
    last = (SURROGATE_SUBSETS[-1], SURROGATE_TARGETS[-1])
    path = {m: value for m, records in found["surrogate"].items()
            for value in [r["value"] for r in records if (r["subset"], r["target"]) == last]}  # fmt: skip
    best, first = min(law, key=lambda m: law[m]), min(path, key=lambda m: path[m])
    return (
        f"Of these ways to identify the interactions, *{labels[best]}* has the smallest error of {target}. On the larger"
        f" grid and at the largest strain, *{labels[first]}* predicts the rotation best."
    )


def cell(record: Record | None) -> str:
    """Return a value with its interval, if it has one."""
    if record is None:
        return "-"
    value, low, high = (record[name] for name in ("value", "low", "high"))
    if low is None or high is None:
        return f"{value:.2g}"
    digits = 2 if value < 1 else 1
    return f"{value:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"


def collect_audit(results: Path) -> dict[str, Any]:
    """Count the verdicts on all descriptors."""
    with (results / "audit/audit.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    verdicts = {(r["wing"], r["kind"], r["criterion"]): r["verdict"] for r in rows}
    titles = {r["criterion"]: r["title"] for r in rows}
    counts = {
        number: Counter(v for (_, _, n), v in verdicts.items() if n == number) for number in titles
    }
    return {
        "descriptors": len({key[:2] for key in verdicts}),
        "criteria": [
            {"number": n, "title": titles[n], "verdicts": dict(sorted(counts[n].items()))}
            for n in titles
        ],
    }


def audit_block(found: dict[str, Any], _labels: Labels) -> list[str]:
    """Return the lines on the audit."""
    lines = [
        f"Verdicts on {found['descriptors']} descriptors:",
        "",
        "| criterion | " + " | ".join(VERDICTS) + " |",
        "|---|" + "---|" * len(VERDICTS),
    ]
    for criterion in found["criteria"]:
        counts = " | ".join(str(criterion["verdicts"].get(v, 0)) for v in VERDICTS)
        lines.append(f"| {criterion['number']}: {criterion['title']} | {counts} |")
    by_verdict = {
        verdict: max(found["criteria"], key=lambda c: c["verdicts"].get(verdict, 0))
        for verdict in ("pass", "fail")
    }
    passed, failed = by_verdict["pass"], by_verdict["fail"]
    return [
        *lines,
        "",
        (
            f"{passed['title']} is the criterion that most descriptors pass ({passed['verdicts']['pass']} of"
            f" {found['descriptors']}), and {failed['title'].lower()} the one that most fail"
            f" ({failed['verdicts']['fail']})."
        ),
    ]


def collect_error_bars(results: Path) -> dict[str, Any]:
    """Count how often intervals of found coefficients hold the truth, by case and noise."""
    import pandas as pd

    found: dict[str, Any] = {}
    for path in sorted((results / "equations").glob("*/error_bars.parquet")):
        table = pd.read_parquet(path)
        for level, part in table.groupby("noise"):
            right = part[part["right"]]
            hits = (right["value"] - right["truth"]).abs() <= NORMAL * right["error"]
            plain = (part["plain_value"] - part["truth"]).abs() <= NORMAL * part["plain_error"]
            runs = part.drop_duplicates(["seed", "target"])
            found.setdefault(path.parent.name, {})[f"{level:g}"] = {
                "corrected": float(hits.mean()) if len(right) else None,
                "least_squares": float(plain[part["right"]].mean()) if len(right) else None,
                "right": int(runs["right"].sum()),
                "runs": len(runs),
            }
    return found


def error_bars_block(found: dict[str, Any], _labels: Labels) -> list[str]:
    """Return the lines on error bars."""
    levels = sorted({level for case in found.values() for level in case}, key=float)
    kinds = ("corrected", "least squares", "right terms")
    heads = [f"{100 * float(level):g} % noise: {kind}" for level in levels for kind in kinds]
    lines = [
        (
            "Share of coefficients whose nominal 95 % interval holds the truth, corrected for noise in the data (ours) and"
            " by least squares; then the number of equations with the right terms, out of all. 95 % is perfect:"
        ),
        "",
        "| data | " + " | ".join(heads) + " |",
        "|---|" + "---|" * len(heads),
    ]
    for case, by_level in found.items():
        cells = [cell for level in levels for cell in _covered(by_level.get(level))]
        lines.append(f"| {case.replace('_', ' ')} | {' | '.join(cells)} |")
    shares = {
        kind: [e[kind] for case in found.values() for e in case.values() if e[kind] is not None]
        for kind in ("corrected", "least_squares")
    }
    ranges = {kind: f"{100 * min(s):.0f} to {100 * max(s):.0f} %" for kind, s in shares.items()}
    return [
        *lines,
        "",
        (
            f"Corrected intervals hold the truth in {ranges['corrected']} of the coefficients of a row, those of least squares in"
            f" {ranges['least_squares']}."
        ),
    ]


def _covered(entry: dict[str, Any] | None) -> list[str]:
    """Return the cells of one case at one level of noise."""
    if entry is None:
        return ["-"] * 3
    count = f"{entry['right']} of {entry['runs']}"
    if entry["corrected"] is None:
        return ["-", "-", count]
    return [f"{100 * entry['corrected']:.0f} %", f"{100 * entry['least_squares']:.0f} %", count]


def collect_verdicts(results: Path) -> dict[str, Any]:
    """Count verdicts on equations by noise, from whole libraries and from those without a term."""
    import pandas as pd

    paths = sorted((results / "equations").glob("*/verdicts.parquet"))
    table = pd.concat([pd.read_parquet(path) for path in paths], ignore_index=True)
    found: dict[str, Any] = {}
    for level, part in table.groupby("noise"):
        for library, missing in (("whole", False), ("lacking", True)):
            one = part[(part["missing"] != "") == missing]
            found.setdefault(f"{level:g}", {})[library] = {
                "equations": len(one),
                "complete": int((one["verdict"] == "complete").sum()),
                "terms": float(one["terms"].mean()),
            }
    return found


def verdicts_block(found: dict[str, Any], _labels: Labels) -> list[str]:
    """Return the lines on verdicts."""
    lines = [
        (
            "Number of equations with the verdict *complete*, out of all equations that were searched for, and the mean number"
            " of terms of all, over the same data; in the control, the true terms are taken out of the library one at a time:"
        ),
        "",
        "| noise | all true terms in the library | one true term missing |",
        "|---|---|---|",
    ]
    for level, both in found.items():
        cells = [
            f"{one['complete']} of {one['equations']} equations, {one['terms']:.1f} terms"
            for one in (both["whole"], both["lacking"])
        ]
        lines.append(f"| {100 * float(level):g} % | {cells[0]} | {cells[1]} |")
    level, worst = max(found.items(), key=lambda one: _share(one[1]["lacking"]))
    return [
        *lines,
        "",
        (
            "The verdict misses a lacking term most often at"
            f" {100 * float(level):g} % noise: there, {100 * _share(worst['lacking']):.0f} % of the equations that lack one still"
            f" pass, and {100 * _share(worst['whole']):.0f} % of those that lack none."
        ),
    ]


def _share(one: dict[str, Any]) -> float:
    """Return the share of equations that are complete."""
    return float(one["complete"] / one["equations"])


def collect_elastic(results: Path) -> dict[str, Any]:
    """Read the elastic energies of rubbers, and how well laws predict tests without them."""
    import pandas as pd

    base = results / "equations/elastic"
    misfits = pd.read_parquet(base / "misfits.parquet")
    found = {}
    for name, law in json.loads((base / "laws.json").read_text(encoding="utf-8")).items():
        one = misfits[misfits["material"] == name].groupby("model")["misfit"]
        found[name] = {
            "label": law["label"],
            "unit": law["unit"],
            "terms": {term["term"]: term["value"] for term in law["terms"]},
            "misfits": {
                model: [float(one.min()[model]), float(one.max()[model])] for model in ELASTIC_LAWS
            },
        }
    return found


def elastic_block(found: dict[str, Any], labels: Labels) -> list[str]:
    """Return the lines on elastic energies of rubbers."""
    heads = [labels["elastic"][model] for model in ELASTIC_LAWS]
    lines = [
        (
            "Elastic energies of rubbers found in measured curves, and misfit of laws to a kind of test without which they"
            " were found or fitted (least and largest of three kinds, in standard errors of the measurement; smaller is"
            " better, and about 1 is perfect):"
        ),
        "",
        "| rubber | energy found | " + " | ".join(heads) + " |",
        "|---|---|" + "---|" * len(heads),
    ]
    for law in found.values():
        terms = " + ".join(f"{value:.3g} {term}" for term, value in law["terms"].items())
        cells = [f"{low:.2g} to {high:.2g}" for low, high in law["misfits"].values()]
        lines.append(f"| {law['label']} | {terms} ({law['unit']}) | {' | '.join(cells)} |")
    best = [
        law["label"]
        for law in found.values()
        if min(law["misfits"], key=lambda model: law["misfits"][model][1]) == ELASTIC_LAWS[0]
    ]
    return [
        *lines,
        "",
        (
            f"The law found in the data has the smallest largest misfit of the laws in this table for {len(best)} of"
            f" {len(found)} rubbers."
        ),
    ]
