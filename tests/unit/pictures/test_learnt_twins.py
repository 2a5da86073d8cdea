"""Views in learnt forces: the same particles, in the table that was learnt without them."""

from pathlib import Path

import numpy as np

from mechanist.formats.configuration import Configuration
from mechanist.pictures.learnt_twins import in_learnt_forces, table_of


def test_particles_stay_and_the_table_is_their_material() -> None:
    view = Configuration(np.zeros((4, 3)), np.eye(3), np.array([0, 0, 1, 0]), ("A", "B"), 2)
    told = in_learnt_forces(view, Path("some.table"))
    assert told.positions is view.positions
    assert told.material is not None
    assert told.material.name == "pair_table"
    assert told.material.parameters == {"file": "some.table", "composition": {"A": 0.75, "B": 0.25}}


def test_the_table_of_a_glass_is_that_of_its_fold() -> None:
    tables = [Path("0"), Path("1")]
    assert [table_of(name, {"a": 1, "b": 0}, tables) for name in "ab"] == [Path("1"), Path("0")]
    assert table_of("a", {}, []) is None
