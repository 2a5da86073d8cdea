"""Initial states from which laws are followed: their law, their files, and entries that contradict themselves."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
import yaml

from mechanist.core.code_hash import LIBRARY
from mechanist.settings.equation_references import equation_problems
from mechanist.settings.models.equations_block import EquationsBlock
from mechanist.settings.schema_errors import SettingsError
from mechanist.wings.equations import EquationsWing
from mechanist.wings.followed_laws import FollowedLaws
from mechanist.wings.wing import Wildcards

BLOCK: dict[str, Any] = yaml.safe_load((LIBRARY.parents[1] / "config/config.yaml").read_text())[
    "equations"
]
ENTRY: dict[str, Any] = {
    "case": "lorenz", "path": "mine.npz", "fields": {"x": "x0", "y": 1.0, "z": 20.0},
    "times": {"start": 0.0, "stop": 2.0, "points": 21},
}  # fmt: skip


def laws(**entries: dict[str, Any]) -> FollowedLaws:
    full = {name: {"method": "weak", "draws": 100, **entry} for name, entry in entries.items()}
    return FollowedLaws(EquationsWing(cast("Any", {"equations": BLOCK | {"predictions": full}})))


def named(name: str) -> Wildcards:
    return cast("Wildcards", SimpleNamespace(specimen=name))


def test_the_law_of_a_case_or_a_file() -> None:
    other = {key: value for key, value in ENTRY.items() if key != "case"} | {
        "law": "of/a/friend.json"
    }
    found = laws(mine=ENTRY, borrowed=other)
    assert found.law(named("mine")) == "<results>/equations/lorenz/laws/weak/law.json"
    assert found.law(named("borrowed")) == "of/a/friend.json"
    assert found.entry(named("borrowed")) == {
        "path": "mine.npz", "fields": ENTRY["fields"], "times": ENTRY["times"], "draws": 100,
    }  # fmt: skip
    assert found.user_files.inputs(named("mine")) == ["mine.npz"]
    assert found.place(named("mine")) == "equations/predictions/mine"
    assert found.followed() == [
        "<results>/equations/followed/mine/solution.npz",
        "<results>/figures/equations/followed_mine.pdf",
        "<results>/equations/followed/borrowed/solution.npz",
        "<results>/figures/equations/followed_borrowed.pdf",
    ]


def test_numbers_alone_need_no_file_and_no_entry_is_told() -> None:
    alone = {"case": "lorenz", "fields": {"x": 1.0, "y": 1.0, "z": 20.0}, "times": [0.0, 1.0]}
    assert laws(mine=alone).user_files.inputs(named("mine")) == []
    with pytest.raises(SettingsError, match=r"give each an entry under `equations/predictions`"):
        laws().followed()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"case": "lorentz"}, "predictions/mine/case: no such name 'lorentz' (did you mean 'lorenz'"),
        ({"law": "a.json"}, "predictions/mine: `case` and `law` are both given; give one"),
        ({"case": None}, "predictions/mine: `case` and `law` are both absent; give one"),
        ({"path": None}, "predictions/mine: arrays ['x0'] are named, but no `path`"),
        ({}, ""),
    ],
)  # fmt: skip
def test_entries_that_contradict_themselves_are_refused(change: dict[str, Any], said: str) -> None:
    entry = {key: value for key, value in (ENTRY | change).items() if value is not None}
    block = EquationsBlock.model_validate(BLOCK | {"predictions": {"mine": entry}})
    problems = [line for line in equation_problems(block) if "predictions" in line]
    assert [line[: len("equations/" + said)] for line in problems] == ["equations/" + said] * bool(
        said
    )
