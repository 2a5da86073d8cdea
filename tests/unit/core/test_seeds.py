"""Random numbers depend only on the seed and on the names of their use."""

import subprocess
import sys

import pytest

from mechanist.core.seeds import generator, seed_sequence


def test_numbers_are_those_of_every_machine() -> None:
    assert seed_sequence(2021, "ka2d", "ka2d-0007").generate_state(2).tolist() == [
        314443059,
        4222307401,
    ]
    assert generator(2021).integers(1000) == generator(2021).integers(1000)


def test_names_matter_and_so_does_where_they_end() -> None:
    uses = [(), ("a",), ("b",), ("a", "b"), ("b", "a"), ("ab",), ("a", ""), ("ab", "")]
    states = {tuple(seed_sequence(1, *names).generate_state(4)) for names in uses}
    assert len(states) == len(uses)
    assert seed_sequence(2, "a").generate_state(1) != seed_sequence(1, "a").generate_state(1)


def test_numbers_do_not_depend_on_the_hash_seed_of_the_interpreter() -> None:
    code = "from mechanist.core.seeds import generator; print(generator(3, 'x').random())"
    drawn = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "workflow"},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(drawn) == 1


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(ValueError, match="seed = -1; expected"):
        seed_sequence(-1)
