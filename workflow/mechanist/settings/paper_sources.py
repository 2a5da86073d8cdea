"""Result files that the tables of a text are made of, for rules that name them before they exist."""

from collections.abc import Mapping
from typing import Any


def table_sources(tables: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the score files that tables need in addition to the named sources."""
    found: dict[str, dict[str, Any]] = {}
    for name, entry in tables.items():
        if entry["kind"] == "scores":
            for model in entry["models"]:
                path, needs = f"{entry['folder']}/{model}.json", [f"{entry['labels']}/{model}"]
                found[f"{name}__{model}"] = {"path": path, "needs": needs}
        elif entry["kind"] == "grid":
            for case in entry["cases"]:
                for method in entry["methods"]:
                    path = f"{entry['folder']}/{case}/scores/{method['name']}.json"
                    needs = [f"{entry['run']}/{case}", *method.get("needs", [])]
                    found[f"{name}__{case}__{method['name']}"] = {"path": path, "needs": needs}
    return found
