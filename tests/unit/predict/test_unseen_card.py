"""The section of a card on unseen glasses: values, intervals, refusals."""

from dataclasses import replace

import pandas as pd

from kept_models import kept_model
from mechanist.core.narrowing import Json
from mechanist.predict.model_card import card_text
from mechanist.predict.unseen_card import unseen_section
from mechanist.predict.unseen_rows import ROWS

FIRST = "log10_d2min@0.020"


def row(
    model: str, test: str, target: str, metric: str, value: float, reason: str = ""
) -> list[object]:
    numbers = [value, value - 0.1, value + 0.1, 0.95, 6]
    return [model, "flat", test, "shear", target, metric, "1", *numbers, reason]


TABLE = pd.DataFrame(
    [
        row("joint", "flat", FIRST, "auc_top10", 0.75),
        row("joint", "flat", FIRST, "coverage", 0.9),
        row("joint", "dense", FIRST, "auc_top10", 0.7),
        row("joint", "dense", FIRST, "spearman", 0.4),
        row("joint", "dense", FIRST, "coverage", 0.62),
        row("joint", "dense", FIRST, "shift", 0.3),
        row("joint", "dense", "all", "outside", 0.5),
        row("joint", "dense", "all", "distance", 2.0),
        row("joint", "solid", "all", "refused", 1.0, "dimension 3; not seen"),
        row("elastic", "dense", FIRST, "auc_top10", 0.81),
        row("other", "dense", FIRST, "auc_top10", 0.11),
    ],
    columns=list(ROWS),
)


def test_each_kind_has_a_row_with_the_rival_beside() -> None:
    model = kept_model("rotation_invariants")
    lines = unseen_section(
        model,
        TABLE,
        kinds={"dense": "density 1.3", "solid": "three dimensions"},
        rivals={"elastic": "Elastic step"},
    )
    table = [line for line in lines if line.startswith("|")]
    assert table == [
        (
            "| glasses | strain | AUC, top 10 % | Spearman | truth within its 90 % interval |"
            " reported as outside | AUC, top 10 % of Elastic step |"
        ),
        "|---|---|---|---|---|---|---|",
        "| its own, held out | 0.02 | 0.750 [0.650, 0.850] | - | 90 % [80, 100] | - | - |",
        (
            "| density 1.3 | 0.02 | 0.700 [0.600, 0.800] | 0.400 [0.300, 0.500] | 62 % [52, 72] |"
            " 50 % [40, 60] | 0.810 [0.710, 0.910] |"
        ),
        "| three dimensions | - | refused: dimension 3; not seen | - | - | - | - |",
    ]
    assert lines[0] == "## On glasses that it has not seen"


def test_the_section_stands_before_where_the_model_fails() -> None:
    held: dict[str, Json] = {"coverage": 0.9, "probability_error": 0.01}
    facts: dict[str, Json] = {"held_out": {"strain@0.020": held, "strain@0.040": held}}
    facts["fewest_samples_for_intervals"] = 9
    model = replace(kept_model("rotation_invariants"), facts=facts)
    plain, told = card_text(model), card_text(model, ["## On glasses", "", "a table", ""])
    assert told.replace("## On glasses\n\na table\n\n", "") == plain
    assert told.index("## On glasses") < told.index("## Where it fails")
