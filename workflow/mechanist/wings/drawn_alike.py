"""Figures of glasses that one job draws, for systems that have the same ones."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from mechanist.wings.wing import Files, Wildcards, pattern

#: Figures of a stage, each with the place where the report lists it.
STAGES: Final[Mapping[str, Mapping[str, str]]] = {
    "particles": {
        "glass": "Simulation",
        "response": "Simulation",
        "indicator": "Mechanism",
        "angular": "Structure",
    },
    "scores": {
        "definition": "Scores",
        "strain": "Scores",
        "thesis": "Scores",
        "transfer": "Scores",
        "learning_curve": "Scores",
        "parity": "Scores",
    },
}
#: Input function of a rule for one or more files.
Input = Callable[[Wildcards], Files | str]
#: Files that a figure is drawn from, by what they are.
Inputs = Mapping[str, Input]


class Drawn(NamedTuple):
    """Figures that one rule draws.

    Parameters
    ----------
    rule : str
        Name of the rule.
    systems : str
        Pattern of its systems.
    subcategories : mapping of str to str
        Names of the figures, each with the place where the report lists it.
    inputs : mapping of str to mapping
        What each figure is drawn from.
    """

    rule: str
    systems: str
    subcategories: Mapping[str, str]
    inputs: Mapping[str, Inputs]

    def files(self, wildcards: Wildcards) -> dict[str, Files | str]:
        """Return the files that these figures are drawn from, by what they are."""
        return {
            what: found(wildcards)
            for figure in self.subcategories
            for what, found in self.inputs[figure].items()
        }


def drawn_alike(
    stage: str, absent: Mapping[str, Sequence[str]], inputs: Mapping[str, Inputs]
) -> Iterator[Drawn]:
    """Yield the figures of a stage, once for all systems that have the same ones.

    Parameters
    ----------
    stage : {"particles", "scores"}
    absent : mapping of str to sequence of str
        Figures that each system lacks.
    inputs : mapping of str to mapping
        What each figure is drawn from.
    """
    alike: dict[tuple[str, ...], list[str]] = {}
    for system, lacking in absent.items():
        drawn = tuple(name for name in STAGES[stage] if name not in lacking)
        alike.setdefault(drawn, []).append(system)
    for drawn, systems in alike.items():
        rule = f"glass_figure_{stage}"
        if len(drawn) < len(STAGES[stage]):
            rule = f"{rule}_of_{systems[0]}"
        if drawn:
            chosen = {name: STAGES[stage][name] for name in drawn}
            yield Drawn(rule, pattern(systems), chosen, inputs)
