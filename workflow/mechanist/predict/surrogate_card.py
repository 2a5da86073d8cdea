"""The card of a kept surrogate for readers: what it predicts, for what, how well, where it fails."""

from collections.abc import Mapping, Sequence

from mechanist.core.narrowing import mapping, number, optional_number, sequence, text
from mechanist.predict.kept_surrogate import KeptSurrogate
from mechanist.predict.voxel_fields import misfits_of
from mechanist.settings.target_names import at_strain


def surrogate_card(model: KeptSurrogate) -> str:
    """Return the card as Markdown.

    Parameters
    ----------
    model : KeptSurrogate
    """
    side = 2 * model.radius + 1
    far = misfits_of(model.names)
    reach = f"It reads {', '.join(f'`{name}`' for name in model.names)}"
    reach += f", from a cube of {side} voxels a side." if model.radius else " at the voxel itself."
    if far:
        reach += " The misfit reaches through the whole map, which is taken to repeat."
    diameters = ", ".join(f"{d:.3g} ({name})" for name, d in model.seen.grain_diameters.items())
    numbers = sum(array.size for array in model.arrays.values())
    lines = [
        f"# {model.label}, fitted to the system {model.system}",
        "",
        (
            "The model predicts how the lattice of every voxel of a polycrystal turns in tension, at"
            f" strains of {', '.join(f'{strain:g}' for strain in model.strains)}. It is of the kind"
            f" `{model.kind}` and consists of {numbers} numbers. {reach}"
        ),
        "",
        "## What it has seen",
        "",
        (
            f"- {model.facts.get('samples', '?')} independent polycrystals of"
            f" {model.facts.get('voxels', '?')} voxels in three dimensions, periodic, of"
            f" {model.seen.material!r} with slip systems {model.material['systems']}."
        ),
        f"- Grains with a mean diameter of {diameters} voxels.",
        (
            f"- Tension along {model.seen.axis} with free sides. Tension along another axis of the grid is"
            " the same load on a turned sample; there is no other."
        ),
        "",
        "## How well it predicts polycrystals that it was not trained on",
        "",
        (
            "A relative misorientation of 1 is the error of predicting no rotation at all. `all` are"
            " samples of its own system out of fold; other subsets are systems that it was not fitted to."
        ),
        "",
        "| target | metric | subset | value | interval |",
        "|---|---|---|---|---|",
        *(_score_row(mapping(one)) for one in _scores(model)),
        "",
        (
            "| strain | true minus predicted angle, degrees | misorientation, degrees | mean misorientation,"
            " degrees | angle within its interval, held-out folds |"
        ),
        "|---|---|---|---|---|",
        *(_held_row(model, k) for k in range(len(model.strains))),
        "",
        "## Where it fails",
        "",
        (
            "Models that are fitted by least squares leave out what they cannot know: their angles are on"
            " the whole smaller than the true ones. Intervals hold for a random voxel of polycrystals drawn like those seen, and for no others."
        ),
        "",
        "## Source",
        "",
        (
            f"Made by Mechanist, code {model.facts.get('code', '?')}; cite as in `CITATION.cff`, with"
            " Pandey and Pokharel (2021), arXiv:2005.00951."
        ),
    ]
    return "\n".join(lines) + "\n"


def _scores(model: KeptSurrogate) -> Sequence[object]:
    return sequence(model.facts.get("scores", []))


def _score_row(score: Mapping[str, object]) -> str:
    value, low, high = (number(score[key]) for key in ("value", "low", "high"))
    return (
        f"| {text(score['target'])} | {text(score['metric'])} | {text(score['subset'])} |"
        f" {value:.3f} | [{low:.3f}, {high:.3f}] |"
    )


def _held_row(model: KeptSurrogate, k: int) -> str:
    strain, interval, error = float(model.strains[k]), model.intervals[k], model.errors[k]
    held = mapping(mapping(model.facts["held_out"])[at_strain("strain", strain)])
    covered = optional_number(held["coverage"])
    said = "-" if covered is None else f"{100 * covered:.1f} %"
    few = f"too few samples: {model.facts['fewest_samples_for_intervals']} are needed"
    between = (
        few
        if interval is None
        else f"{interval.lower:+.3f} to {interval.upper:+.3f} ({100 * interval.level:g} %)"
    )
    below = few if error is None else f"below {error:.3f}"
    return (
        f"| {strain:g} | {between} | {below} | {number(held['mean_misorientation']):.3f} | {said} |"
    )
