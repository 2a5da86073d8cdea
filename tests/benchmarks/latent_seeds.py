"""How many starts of the autoencoder find a law of as few terms as the true one, with small errors.

Run as ``python tests/benchmarks/latent_seeds.py runs.jsonl [table.md] [--case lorenz_channels] [--seeds 20] [--noise 1e-6]
[--method autoencoder] [--config config/smoke.yaml]``. Every start is added to the first file as soon as it is done, with its
data, method and noise; a command that is given the file again goes on where it stopped, and the table holds all that the
file holds. The data of one level of noise are the same for all starts, and the errors are those on runs that none has seen.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from itertools import permutations
from pathlib import Path
from typing import Final

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
    forms = ["", "| case | noise | starts | terms of the law |", "|---|---|---|---|"]
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
        forms += [f"| {case} | {noise:g} | {listed.count(form)} | {form} |" for form in found]
    goals = ", ".join(f"{name} {value:g}" for name, value in GOALS.items())
    return "\n".join([*lines, *forms, "", f"Goals: {goals}."]) + "\n"


def main() -> None:
    """Run the starts that are missing, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", type=Path)
    parser.add_argument("table", type=Path, nargs="?")
    parser.add_argument("--case", default="lorenz_channels")
    parser.add_argument("--method", default="autoencoder")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=0, help="number of the first start")
    parser.add_argument("--noise", type=float, help="by default, that of the case")
    parser.add_argument("--config", type=Path)
    given = parser.parse_args()
    settings = yaml.safe_load((ROOT / "config/config.yaml").read_text())
    if given.config:
        update_config(settings, yaml.safe_load(given.config.read_text()))
    case = settings["equations"]["latent"]["cases"][given.case]
    noise = float(case.get("noise", 0.0)) if given.noise is None else given.noise
    known, held = data_of(given.case, case | {"noise": noise}, settings["seed"])
    find = method_of(given.method, case)
    rows = [json.loads(one) for one in given.runs.read_text().splitlines()] if given.runs.exists() else []  # fmt: skip
    label = {"case": given.case, "method": given.method, "noise": noise}
    for k in range(given.first, given.first + given.seeds):
        if any({**label, "seed": k}.items() <= row.items() for row in rows):
            continue
        rng = generator(settings["seed"], "latent", given.case, given.method, str(k))
        law = find(known, rng)
        if not isinstance(law, LatentLaw):
            parser.error(f"{given.case} has a law of second order; expected a case of first order")
        rows.append({
            **label, "seed": k, "terms": law.n_terms,
            **latent_errors(law, held.snapshots, held.rates),
            "affine": not_affine(held.hidden, law.latents(held.snapshots)),
            "seconds": law.seconds, "form": form_of(law), "law": law.equations(),
        })  # fmt: skip
        with given.runs.open("a", encoding="utf-8") as file:
            file.write(json.dumps(rows[-1]) + "\n")
        print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    text = table(rows)
    if given.table:
        write_text(given.table, text)
    else:
        print(text)


if __name__ == "__main__":
    main()
