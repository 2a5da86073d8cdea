"""Print all outputs of all rules as JSON, with their entries in the report.

Tests run this in a process of its own, because reading the rules changes the environment.
"""

import json
from pathlib import Path
from typing import Any

from snakemake.api import SnakemakeApi
from snakemake.settings.types import OutputSettings, Quietness, ResourceSettings

ROOT = Path(__file__).parents[1]


def entry(output: Any) -> dict[str, Any] | None:
    """Return an output's entry in the report, or nothing if the report leaves it out."""
    marked = output.flags.get("report") if hasattr(output, "flags") else None
    if marked is None:
        return None
    return {
        "caption": marked.caption.get_path_or_uri(secret_free=True),
        "category": marked.category,
        "labels": marked.labels,
    }


def main() -> None:
    """Read the rules and print their outputs."""
    with SnakemakeApi(OutputSettings(quiet={Quietness.ALL})) as api:
        flow: Any = api.workflow(ResourceSettings(), snakefile=ROOT / "Snakefile")
        found = [
            {"rule": rule.name, "path": str(output), "report": entry(output)}
            for rule in flow._workflow.rules
            for output in rule.output
        ]
    print(json.dumps(found))


if __name__ == "__main__":
    main()
