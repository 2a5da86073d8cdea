"""How many starts find a law of as few terms as the true one, with small errors on unseen data.

Run as ``python tests/benchmarks/latent_seeds.py table.md [--runs runs.jsonl] [--case lorenz_channels --method autoencoder
--noise 1e-2 --seeds 20] [--config config/smoke.yaml]``. Without a case, all starts of the published table are run, about
half an hour. Every start is added to the file of runs as soon as it is done, with its data, method and noise; a
command that is given the file again goes on where it stopped, and the table holds all that the file holds. The data of one
level of noise are the same for all starts, and the errors are those on runs that none has seen.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations
from pathlib import Path
from typing import Any, Final

import numpy as np
import yaml
from snakemake.utils import update_config

from mechanist.assess.latent_scores import latent_errors, not_affine
from mechanist.core.atomic import write_text
from mechanist.core.seeds import generator
from mechanist.latent.latent_law import LatentLaw
from scripts.equations.latent import data_of, method_of

ROOT: Final = Path(__file__).resolve().parents[2]
#: What a start is meant to reach: terms, errors of channels, of their rates and of rates of latents, CPU seconds.
GOALS: Final = {"terms": 7, "values": 3e-5, "rates": 5e-4, "latent_rates": 6e-4, "seconds": 60.0}
Plan = tuple[str, str, float | None, int]
#: Cases, methods, noise where it is not that of the case, and starts of the published table.
PLAN: Final[Sequence[Plan]] = (
    ("lorenz_channels", "autoencoder", None, 20),
    ("lorenz_channels", "autoencoder", 1e-2, 8),
    ("lorenz_values", "autoencoder", None, 3),
    ("lorenz_channels", "principal", None, 3),
    ("lorenz_channels", "gradient", None, 3),
)
#: Forms of a law that the table lists for each method.
SHOWN: Final = 5
HEADS: Final = (
    "case", "method", "noise", "starts", "7 terms", "all goals", "channels", "rates", "rates of latents",
    "affine to hidden", "CPU s",
)  # fmt: skip


def form_of(law: LatentLaw) -> str:
    """Return which terms a law has, by any order of its coordinates: the first in the alphabet."""
    n = law.kept.shape[1]
    written = []
    for order in permutations(range(n)):
        equations = {
            order[k] + 1: sorted(
                "".join(sorted("xyz"[order[f]] for f in term)) or "1"
                for j, term in enumerate(law.terms)
                if law.kept[j, k]
            )
            for k in range(n)
        }
        written.append(", ".join(f"{'xyz'[k - 1]}' = {'+'.join(equations[k])}" for k in sorted(equations)))  # fmt: skip
    return min(written)


def reached(row: Mapping[str, float]) -> bool:
    """Return whether a start reaches all goals."""
    few = row["terms"] == GOALS["terms"]
    return few and all(row[name] <= GOALS[name] for name in GOALS if name != "terms")


def spread(rows: Sequence[Mapping[str, float]], name: str) -> str:
    """Return the median of a column with its extremes."""
    values = [row[name] for row in rows]
    return f"{np.median(values):.2g} ({min(values):.2g} to {max(values):.2g})"


def table(rows: Sequence[Mapping[str, object]]) -> str:
    """Return a line for every case, method and noise, and the forms of the laws."""
    groups: dict[tuple[str, str, float], list[Mapping[str, object]]] = {}
    for row in rows:
        key = (str(row["case"]), str(row["method"]), float(str(row["noise"])))
        groups.setdefault(key, []).append(row)
    lines = [f"| {' | '.join(HEADS)} |", "|---" * len(HEADS) + "|"]
    forms = ["", "| case | method | noise | starts | terms of the law |", "|---|---|---|---|---|"]
    for (case, method, noise), mine in sorted(groups.items()):
        numbers: list[Mapping[str, float]] = [
            {key: float(value) for key, value in row.items() if isinstance(value, int | float)}
            for row in mine
        ]
        few = sum(row["terms"] == GOALS["terms"] for row in numbers)
        cells = [case, method, f"{noise:g}", str(len(mine)), f"{few}/{len(mine)}",
                 f"{sum(map(reached, numbers))}/{len(mine)}"]  # fmt: skip
        cells += [spread(numbers, n) for n in ("values", "rates", "latent_rates", "affine")]
        cells.append(spread(numbers, "seconds"))
        lines.append(f"| {' | '.join(cells)} |")
        listed = [str(row["form"]) for row in mine]
        found = sorted(set(listed), key=lambda form: (-listed.count(form), form))
        # Of a rival that finds another law each time, the first ones show this.
        forms += [
            f"| {case} | {method} | {noise:g} | {listed.count(form)} | {form} |"
            for form in found[:SHOWN]
        ]
    goals = ", ".join(f"{name} {value:g}" for name, value in GOALS.items())
    notes = (
        f"Goals: {goals}. Noise is on the held-out channels too, so that their error is at least its share."
        " Forms of other names of the coordinates are one; of each method, at most five are listed."
    )
    return "\n".join([*lines, *forms, "", notes]) + "\n"


def missing_starts(
    plan: Sequence[Plan], rows: Sequence[Mapping[str, object]], settings: Mapping[str, Any]
) -> Iterator[dict[str, object]]:
    """Yield a row for each start of a plan that the rows lack."""
    for name, method, stated, seeds in plan:
        case = settings["equations"]["latent"]["cases"][name]
        noise = float(case.get("noise", 0.0)) if stated is None else stated
        label: dict[str, object] = {"case": name, "method": method, "noise": noise}
        left = [k for k in range(seeds)
                if not any({**label, "seed": k}.items() <= row.items() for row in rows)]  # fmt: skip
        if not left:
            continue
        known, held = data_of(name, case | {"noise": noise}, settings["seed"])
        find = method_of(method, case)
        for k in left:
            law = find(known, generator(settings["seed"], "latent", name, method, str(k)))
            if not isinstance(law, LatentLaw):
                raise SystemExit(
                    f"{name} has a law of second order; expected a case of first order"
                )
            yield {
                **label, "seed": k, "terms": law.n_terms,
                **latent_errors(law, held.snapshots, held.rates),
                "affine": not_affine(held.hidden, law.latents(held.snapshots)),
                "seconds": law.seconds, "form": form_of(law), "law": law.equations(),
            }  # fmt: skip


def main() -> None:
    """Run the starts that are missing, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", type=Path)
    parser.add_argument("--runs", type=Path, help="by default, beside the table")
    parser.add_argument("--case", help="by default, all of the published table")
    parser.add_argument("--method", default="autoencoder")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--noise", type=float, help="by default, that of the case")
    parser.add_argument("--config", type=Path)
    given = parser.parse_args()
    settings = yaml.safe_load((ROOT / "config/config.yaml").read_text())
    if given.config:
        update_config(settings, yaml.safe_load(given.config.read_text()))
    plan = PLAN if given.case is None else [(given.case, given.method, given.noise, given.seeds)]
    runs = given.runs or given.table.with_suffix(".jsonl")
    rows = [json.loads(one) for one in runs.read_text().splitlines()] if runs.exists() else []
    for row in missing_starts(plan, rows, settings):
        rows.append(row)
        with runs.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        print(json.dumps(row), file=sys.stderr, flush=True)
    write_text(given.table, table(rows))


if __name__ == "__main__":
    main()
