"""The card of a kept model of curves: what it predicts, for what, how well, and where it fails."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from mechanist.core.narrowing import Json, mapping, number, sequence, text
from mechanist.describe.descriptor import descriptor_class
from mechanist.predict.curve_model import BranchFit, CurveModel

#: Keys and metrics of the scores that the card shows.
_KEYS: Final = ("metric", "target", "subset", "value", "low", "high", "level", "n_samples")
_METRICS: Final = ("r2", "mae")


def curve_scores(path: Path) -> list[Json]:
    """Return out-of-fold scores of each branch and strain.

    Parameters
    ----------
    path : Path
        Score file of the model.
    """
    scores: list[dict[str, Json]] = json.loads(path.read_text(encoding="utf-8"))
    return [{key: one[key] for key in _KEYS} for one in scores if one["metric"] in _METRICS]


def curve_card(model: CurveModel) -> str:
    """Return the card as Markdown.

    Parameters
    ----------
    model : CurveModel
    """
    known = model.known
    kinds = [descriptor_class(one.kind).card for one in model.descriptors]
    n_features = sum(len(one.features) for one in model.descriptors)
    held = mapping(model.facts["held_out"])
    lines = [
        f"# {model.label}, fitted to the system {model.system}",
        "",
        (
            f"The model predicts the {model.quantity} in {model.unit} at which a dislocation configuration at"
            f" rest first reaches plastic strains of {', '.join(f'{s:g}' for s in model.strains)}. It is"
            f" linear in {n_features} features, or in their normal scores:"
        ),
        "",
        *(f"- {card.name} ({card.reference}); unchanged under {card.symmetry}." for card in kinds),
        "",
        "## What it has seen",
        "",
        (
            f"- {model.facts.get('samples', '?')} independent samples of {_range(*known.dislocations)} edge"
            f" dislocations of one slip system, in periodic squares with sides of {_range(*known.side)} b."
        ),
        f"- Densities of {_range(*known.density)} per b^2.",
        f"- States {', '.join(model.branches)}.",
        "",
        (
            "A configuration in a box of another side, of another density, or with unusual features is reported as"
            " outside; one in twenty like those seen is too."
        ),
        "",
        "## How well it predicts samples that it was not trained on",
        "",
        f"Intervals are to hold the truth with a probability of {model.level:g}.",
        "",
        "| state | strain | R2 | mean error | interval of a prediction | truth within it, held-out folds |",
        "|---|---|---|---|---|---|",
        *(
            row
            for branch, fit in model.branches.items()
            for row in _rows(model, branch, fit, mapping(held[branch]))
        ),
        "",
        *(_whole(branch, fit, mapping(held[branch])) for branch, fit in model.branches.items()),
        "",
        "## Where it fails",
        "",
        (
            "Intervals hold for samples drawn like those seen, and for no others. A curve is reported at the strains"
            " above and at no others; bursts between them are not predicted."
        ),
        "",
        "## Source",
        "",
        (
            f"Made by Mechanist, code {model.facts.get('code', '?')}; cite as in `CITATION.cff`, with the sources of"
            " the descriptors above."
        ),
    ]
    return "\n".join(lines) + "\n"


def _rows(model: CurveModel, branch: str, fit: BranchFit, held: Mapping[str, object]) -> list[str]:
    scores = [mapping(one) for one in sequence(model.facts.get("scores", []))]
    shares = list(sequence(held.get("by_strain", [])))
    found = []
    for k, strain in enumerate(model.strains):
        target = model.targets[k]
        between = f"too few samples: {model.facts['fewest_samples_for_intervals']} are needed"
        if fit.band is not None:
            between = f"{fit.band.lower[k]:+.2g} to {fit.band.upper[k]:+.2g}"
        share = f"{100 * number(shares[k]):.1f} %" if shares else "-"
        r2, mae = (_score(scores, target, branch, metric) for metric in _METRICS)
        found.append(f"| {branch} | {strain:g} | {r2} | {mae} | {between} | {share} |")
    return found


def _score(scores: list[Mapping[str, object]], target: str, branch: str, metric: str) -> str:
    wanted = (target, branch, metric)
    for one in scores:
        if (text(one["target"]), text(one["subset"]), text(one["metric"])) == wanted:
            value, low, high = (number(one[key]) for key in ("value", "low", "high"))
            return f"{value:.2g} [{low:.2g}, {high:.2g}]"
    return "-"


def _whole(branch: str, fit: BranchFit, held: Mapping[str, object]) -> str:
    if fit.band is None or "whole" not in held:
        return f"- {branch}: too few samples for intervals of whole curves."
    share, alone = (100 * number(held[key]) for key in ("whole", "whole_unstretched"))
    return (
        f"- {branch}: intervals wider by a factor of {fit.band.factor:.2f} hold {share:.1f} % of the held-out"
        f" curves at all strains; those of single strains hold {alone:.1f} %."
    )


def _range(low: float, high: float) -> str:
    return f"{low:.4g}" if f"{low:.4g}" == f"{high:.4g}" else f"{low:.4g} to {high:.4g}"
