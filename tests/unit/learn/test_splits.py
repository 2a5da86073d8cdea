"""Folds are deterministic, balanced, hashed, and exclude failed samples."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import disordered
from mechanist.core.errors import FormatError
from mechanist.formats.sample import LoadPath, Sample, write_sample
from mechanist.learn.splits import (
    Splits,
    make_splits,
    nested_subsets,
    read_splits,
    write_splits,
)
from scripts.models import splits as models_splits

names = st.lists(
    st.text("abcdef0123", min_size=1, max_size=6), min_size=4, max_size=30, unique=True
)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(names, st.integers(2, 4), st.integers(0, 99))
def test_every_sample_is_tested_once_in_folds_of_equal_size(
    samples: list[str], folds: int, seed: int
) -> None:
    splits = make_splits(samples, folds=folds, seed=seed)
    sizes = [len(fold) for fold in splits.folds]
    assert sorted(name for fold in splits.folds for name in fold) == sorted(samples)
    assert max(sizes) - min(sizes) <= 1


@settings(max_examples=15, deadline=None, derandomize=True)
@given(names, st.randoms(use_true_random=False))
def test_the_order_of_names_does_not_matter(samples: list[str], random: object) -> None:
    shuffled = list(samples)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert make_splits(samples, folds=2, seed=1) == make_splits(shuffled, folds=2, seed=1)


def test_the_seed_matters() -> None:
    samples = [f"s{i}" for i in range(20)]
    assert (
        make_splits(samples, folds=4, seed=1).folds != make_splits(samples, folds=4, seed=2).folds
    )


def test_fewer_samples_than_folds_are_refused_with_the_reasons() -> None:
    with pytest.raises(ValueError, match=r"2 usable samples for 4 folds.*melted"):
        make_splits(["a", "b"], folds=4, seed=0, excluded={"c": "melted"})
    with pytest.raises(ValueError, match="repeat"):
        make_splits(["a", "a", "b"], folds=2, seed=0)
    with pytest.raises(ValueError, match="folds = 1"):
        make_splits(["a", "b"], folds=1, seed=0)


def test_a_sample_cannot_be_in_two_places() -> None:
    with pytest.raises(ValueError, match="more than one place"):
        Splits(0, (("a", "b"), ("b", "c")))
    with pytest.raises(ValueError, match="in a fold and excluded"):
        Splits(0, (("a",), ("b",)), {"a": "failed"})
    # the names that stand once are not blamed
    with pytest.raises(ValueError, match=r"^sample names \['b', 'c'\] repeat;"):
        make_splits(["a", "b", "c", "b", "d", "c"], folds=2, seed=0)


def test_files_come_back_and_changes_by_hand_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "splits.json"
    splits = make_splits(["a", "b", "c", "d"], folds=2, seed=3, excluded={"x": "no load"})
    write_splits(path, splits)
    assert read_splits(path) == splits
    content = json.loads(path.read_text())
    first, second = content["folds"]["0"], content["folds"]["1"]
    first[0], second[0] = second[0], first[0]
    path.write_text(json.dumps(content))
    with pytest.raises(FormatError, match="sha256"):
        read_splits(path)
    path.write_text(json.dumps({**content, "schema": "other/1"}))
    with pytest.raises(FormatError, match="schema is 'other/1'"):
        read_splits(path)
    path.write_text("[]")
    with pytest.raises(FormatError, match="not a readable splits file"):
        read_splits(path)


def test_subsets_grow_and_leave_the_asked_number_outside_every_fold() -> None:
    splits = make_splits([f"s{i:02d}" for i in range(24)], folds=4, seed=0)
    subsets = nested_subsets(splits, [3, 9, 99], seed=1, draw=0)
    assert list(subsets) == [3, 9, 18]
    assert set(subsets[3]) < set(subsets[9]) < set(subsets[18])
    for size, chosen in subsets.items():
        outside = [len(set(chosen) - set(fold)) for fold in splits.folds]
        assert max(abs(n - size) for n in outside) <= 1
    assert subsets[3] != nested_subsets(splits, [3], seed=1, draw=1)[3]


def _sample(name: str, *, load: str = "ok", status: str = "ok") -> Sample:
    tensor = np.zeros((3, 3))
    path = LoadPath(tensor, tensor, {}, (), load, "" if load == "ok" else "did not converge")
    return Sample(name, "toy", 0, disordered(np.random.default_rng(0), n=8), {"pull": path}, status=status,
                  reason="" if status == "ok" else "crystallised")  # fmt: skip


def test_the_script_leaves_failed_samples_out_with_their_reason(tmp_path: Path) -> None:
    samples = [_sample(name) for name in "abcd"]
    samples += [_sample("e", load="failed"), _sample("f", status="failed")]
    paths = [tmp_path / f"{sample.name}.h5" for sample in samples]
    for path, sample in zip(paths, samples, strict=True):
        write_sample(path, replace(sample))
    out = tmp_path / "splits.json"
    models_splits.main(paths, out, folds=2, seed=0)
    splits = read_splits(out)
    assert splits.samples == tuple("abcd")
    assert "did not converge" in splits.excluded["e"]
    assert "crystallised" in splits.excluded["f"]


GROUPS = {"a1": "a", "a2": "a", "b1": "b", "b2": "b", "b3": "b", "c": "c", "d": "d"}


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(0, 100), st.integers(2, 4))
def test_a_group_is_in_one_fold(seed: int, folds: int) -> None:
    splits = make_splits(GROUPS, folds=folds, seed=seed, groups=GROUPS)
    for first, second in (("a1", "a2"), ("b1", "b2"), ("b2", "b3")):
        assert splits.fold_of[first] == splits.fold_of[second]
    sizes = [len({GROUPS[name] for name in fold}) for fold in splits.folds]
    assert max(sizes) - min(sizes) <= 1
    for chosen in nested_subsets(splits, [1, 2], seed=seed, draw=0).values():
        assert {name for name in GROUPS if GROUPS[name] in {GROUPS[c] for c in chosen}} == {*chosen}


def test_groups_come_back_and_torn_ones_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "splits.json"
    splits = make_splits(GROUPS, folds=2, seed=0, groups=GROUPS)
    write_splits(path, splits)
    assert read_splits(path) == splits
    assert read_splits(path).group_of("b3") == "b"
    with pytest.raises(ValueError, match=r"groups \['a'\] are in several folds"):
        Splits(seed=0, folds=(("a1",), ("a2",)), groups={"a1": "a", "a2": "a"})
    with pytest.raises(ValueError, match="in 4 independent groups for 5 folds"):
        make_splits(GROUPS, folds=5, seed=0, groups=GROUPS)
    alone = {name: name for name in GROUPS}  # same as without groups
    assert make_splits(GROUPS, folds=2, seed=0, groups=alone) == make_splits(
        GROUPS, folds=2, seed=0
    )


#: The seed 7 shuffles ten samples to 8 0 7 1 3 6 2 4 5 9, which are then dealt to the folds in turn.
TEN = (("s1", "s2", "s8", "s9"), ("s0", "s3", "s4"), ("s5", "s6", "s7"))


def test_folds_are_dealt_in_turn_in_the_order_of_the_shuffle() -> None:
    """Every score depends on the folds: those of a seed never change."""
    splits = make_splits([f"s{k}" for k in range(10)], folds=3, seed=7)
    assert splits.folds == TEN
    # five groups a b c d e are shuffled to e c b d a
    groups = {"a1": "a", "a2": "a", "d1": "d", "d2": "d"}
    tied = make_splits(["a1", "a2", "b", "c", "d1", "d2", "e"], folds=2, seed=3, groups=groups)
    assert tied.folds == (("a1", "a2", "b", "e"), ("c", "d1", "d2"))


def test_files_say_what_is_independent_and_keep_their_hash(tmp_path: Path) -> None:
    alone, tied = Splits(7, TEN), Splits(7, TEN, groups={"s0": "g", "s3": "g"})
    for splits, unit in ((alone, "sample"), (tied, "group")):
        write_splits(tmp_path / "s.json", splits)
        content = json.loads((tmp_path / "s.json").read_text())
        assert content["unit"] == unit
        assert content["seed"] == 7
        assert content["folds"] == {str(k): list(fold) for k, fold in enumerate(TEN)}
    assert alone.sha256 == "48bfd3a9138b5a6f548abe8164670022b754b3437acd57f6ee0a17ea8a55908a"
    assert tied.sha256 != alone.sha256


@pytest.mark.parametrize("folds", [(), (("a",),), (("a", "b"), ()), ((), ())])
def test_fewer_than_two_folds_and_empty_ones_are_refused(
    folds: tuple[tuple[str, ...], ...],
) -> None:
    with pytest.raises(ValueError, match="expected at least 2, none empty"):
        Splits(0, folds)
    assert Splits(0, (("a",), ("b",))).samples == ("a", "b")


@pytest.mark.parametrize(
    ("folds", "sizes", "counts"),
    [
        # of 12 samples in 4 folds, 4 n / 3 are chosen so that n are outside each fold
        (4, [1, 2, 3, 6, 8], {1: 2, 2: 3, 3: 4, 6: 8, 8: 11}),
        (4, [9, 99], {9: 12}),
        (2, [1, 3, 5], {1: 2, 3: 6, 5: 10}),
        (3, [1, 4, 7, 8], {1: 2, 4: 6, 7: 10, 8: 12}),
    ],
)
def test_subsets_have_the_sizes_worked_out_by_hand(
    folds: int, sizes: list[int], counts: dict[int, int]
) -> None:
    splits = make_splits([f"s{k:02d}" for k in range(12)], folds=folds, seed=0)
    subsets = nested_subsets(splits, sizes, seed=1, draw=0)
    assert {size: len(chosen) for size, chosen in subsets.items()} == counts
    for chosen in subsets.values():  # spread over the folds
        each = [len(set(chosen) & set(fold)) for fold in splits.folds]
        assert max(each) - min(each) <= 1


def test_the_refusal_counts_what_was_excluded_and_tells_of_groups_only_if_there_are_any() -> None:
    with pytest.raises(
        ValueError, match=r"^2 usable samples for 4 folds \(0 were excluded: \{\}\)"
    ):
        make_splits(["a", "b"], folds=4, seed=0)
    excluded = {"z": "melted", "y": "lost"}
    with pytest.raises(ValueError, match=r"\(2 were excluded: \{'y': 'lost', 'z': 'melted'\}\)"):
        make_splits(["a", "b"], folds=4, seed=0, excluded=excluded)
    assert list(make_splits("abcd", folds=2, seed=0, excluded=excluded).excluded) == ["y", "z"]


def test_as_many_samples_as_folds_are_enough() -> None:
    splits = make_splits("abc", folds=3, seed=0)
    assert sorted(splits.folds) == [("a",), ("b",), ("c",)]
    with pytest.raises(ValueError, match="groups \\['g', 'h'\\] are in several folds"):
        Splits(0, (("a", "x"), ("b",), ("c", "y")), groups=dict(zip("acxy", "ghhg", strict=True)))
