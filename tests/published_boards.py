"""A published result, its models and their scores, for tests of the scoreboard."""

import json
from pathlib import Path
from typing import Any, Final

from mechanist.assess.published_results import Published, Reference

TARGET: Final = "plastic@0.040|0.05|0.50"
UNIT: Final = "sigma"
MODELS: Final = {
    "glass": {
        "svm": {"label": "Support vectors", "role": "data"},
        "dummy": {"label": "Dummy", "role": "baseline"},
        "ridge": {"label": "Ridge", "role": "baseline"},
        "step": {"label": "Elastic step", "role": "mechanism"},
        "response": {"label": "Response", "role": "mechanism"},
        "hybrid": {"label": "Hybrid", "role": "hybrid"},
        "other": {"label": "Other loads", "role": "ceiling"},
    }
}
VALUES: Final = {
    "svm": 0.7, "dummy": 0.5, "ridge": 0.68, "step": 0.71, "response": 0.69, "hybrid": 0.75,
    "other": 0.9,
}  # fmt: skip


def row(**changes: Any) -> dict[str, Any]:
    """Return a published result as the file lists it."""
    entry = {
        "id": "someone", "wing": "glass", "system": "a glass", "reference": "Someone2020",
        "task": "classify", "metric": "accuracy", "definition": "unknown to us", "value": 0.75,
        "bound": "<", "text": "< 0.75", "status": "read", "source": "a review",
        "ours": {"system": "ka2d", "model": "svm", "metric": "balanced_accuracy",
                 "targets": [TARGET]},
        "baselines": {"dummy": "dummy", "linear": "ridge"}, "rivals": ["step", "response"],
    }  # fmt: skip
    return entry | changes


def alone(**changes: Any) -> dict[str, Any]:
    """Return a published result that we have no score for."""
    return {k: v for k, v in row(**changes).items() if k not in ("ours", "baselines", "rivals")}


def content(*rows: dict[str, Any]) -> dict[str, Any]:
    """Return what a file of such rows holds."""
    return {
        "references": {"Someone2020": {"citation": "Someone, J. (2020)", "doi": "10.1234/x"}},
        "systems": {"a glass": "a glass in full"},
        "tasks": {"classify": "classify in full"},
        "rows": list(rows),
    }


def published(*rows: dict[str, Any]) -> Published:
    """Return published results of these rows."""
    held = content(*rows)
    references = {key: Reference(**entry) for key, entry in held["references"].items()}
    return Published(list(rows), references, held["systems"], held["tasks"])


def score_files(
    folder: Path, values: dict[str, float], metric: str = "balanced_accuracy"
) -> list[Path]:
    """Write a score of each model, and a worse one of another subset."""
    paths = []
    for model, value in values.items():
        path = folder / "glass" / "ka2d" / "scores" / f"{model}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        record = {"metric": metric, "target": TARGET, "value": value, "low": value - 0.01,
                  "high": value + 0.01, "unit": UNIT, "level": 0.95, "method": "bca",
                  "n_samples": 40, "n_objects": 4000, "base_rate": 0.09}  # fmt: skip
        worse = {**record, "subset": "shear", "value": 0.0}
        path.write_text(json.dumps([worse, {**record, "subset": "all"}]))
        paths.append(path)
    return paths
