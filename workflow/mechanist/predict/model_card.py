"""The card of a kept model for readers: what it predicts, for what, how well, and where it fails."""

from collections.abc import Mapping, Sequence

from mechanist.core.narrowing import mapping, number, sequence, text
from mechanist.describe.descriptor import descriptor_class
from mechanist.predict.kept_model import KeptModel
from mechanist.settings.target_names import at_strain


def card_text(model: KeptModel, unseen: Sequence[str] = ()) -> str:
    """Return the card as Markdown.

    Parameters
    ----------
    model : KeptModel
    unseen : sequence of str
        The section on glasses that it has not seen, where it was tested on some.
    """
    known = model.known
    kinds = [descriptor_class(one.kind).card for one in model.descriptors]
    composition = ", ".join(
        f"{name} {_range(low, high)}" for name, (low, high) in known.composition.items()
    )
    lines = [
        f"# {model.label}, fitted to the system {model.system}",
        "",
        (
            f"The model predicts `{model.quantity}` of every particle at strains of"
            f" {', '.join(f'{strain:g}' for strain in model.strains)} from the structure before loading. It is"
            f" {_form(model)} on {len(model.slopes)} features:"
        ),
        "",
        *(f"- {card.name} ({card.reference}); unchanged under {card.symmetry}." for card in kinds),
        "",
        "## What it has seen",
        "",
        (
            f"- {model.facts.get('samples', '?')} independent samples of about {known.particles:.0f} particles"
            f" in {known.dimension} dimensions; files in {known.units} units, lengths in units of"
            f" {known.length:.6g}."
        ),
        f"- Density {_range(*known.density)} in these units; fractions {composition}.",
        (
            f"- Loads {', '.join(known.loads)}, and all that differ from them by a rotation or reflection"
            " of the sample."
        ),
        "",
        (
            "A sample whose features are further from these than"
            f" {known.limit:.3g} standard deviations is reported as outside; one sample in twenty like"
            " those seen is too."
        ),
        "",
        "## How well it predicts samples that it was not trained on",
        "",
        "| target | metric | value | interval |",
        "|---|---|---|---|",
        *(_score_row(mapping(one)) for one in sequence(model.facts.get("scores", []))),
        "",
        "| strain | interval of a prediction | truth within it, held-out folds | error of probabilities |",
        "|---|---|---|---|",
        *(_held_row(model, k) for k in range(len(model.strains))),
        "",
        *unseen,
        "## Where it fails",
        "",
        (
            "Predictions say where a sample rearranges rather than when: their mean over a sample is that of"
            " the samples seen. Intervals and probabilities hold for samples drawn like those seen, and"
            " for no others."
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


def _form(model: KeptModel) -> str:
    """Return what kind of model it is, with its article."""
    numeric = not model.classifies
    if model.trees is not None:
        count = len(model.trees.roots)
        return (
            f"a sum of {count} boosted trees"
            if numeric
            else f"a classifier of {count} boosted trees"
        )
    return "a ridge regression" if numeric else "a logistic regression"


def _score_row(score: Mapping[str, object]) -> str:
    target = text(score["target"]).replace("|", r"\|")
    value, low, high = (number(score[key]) for key in ("value", "low", "high"))
    return f"| {target} | {text(score['metric'])} | {value:.3f} | [{low:.3f}, {high:.3f}] |"


def _held_row(model: KeptModel, k: int) -> str:
    strain, interval = model.strains[k], model.intervals[k]
    held = mapping(mapping(model.facts["held_out"])[at_strain("strain", strain)])
    covered = held["coverage"]
    said = "-" if covered is None else f"{100 * number(covered):.1f} %"
    error = number(held["probability_error"])
    none = (
        "none: the truth is a class"
        if model.classifies
        else f"too few samples: {model.facts['fewest_samples_for_intervals']} are needed"
    )
    between = (
        none
        if interval is None
        else f"{interval.lower:+.3f} to {interval.upper:+.3f} ({100 * interval.level:g} %)"
    )
    return f"| {strain:g} | {between} | {said} | {error:.4f} |"


def _range(low: float, high: float) -> str:
    return f"{low:.4g}" if f"{low:.4g}" == f"{high:.4g}" else f"{low:.4g} to {high:.4g}"
