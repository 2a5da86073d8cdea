"""Features and targets are joined row by row, or rejected."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from learning_inputs import LOADS, sample_names, write_inputs
from mechanist.core.errors import FormatError
from mechanist.formats.tables import read_table, write_table
from mechanist.learn.dataset import Keys, load_dataset

TARGET = "log10_d2min@0.020"


def test_every_row_has_the_features_of_its_own_key(tmp_path: Path) -> None:
    files = write_inputs(tmp_path, n_samples=4, n_objects=7)
    for path in (*files.features.values(), files.targets):  # the order of rows must not matter
        table = read_table(path)
        write_table(path, table.sample(frac=1, random_state=1, ignore_index=True))
    data = load_dataset(files.features, files.targets, columns=[TARGET])
    keys = data.keys
    assert data.X.dtype == np.float32
    assert data.X.shape == (4 * 3 * 7, 6)
    assert data.blocks == {"blind": slice(0, 4), "aware": slice(4, 6)}
    assert data.names[4] == "aware/a0"
    index = pd.DataFrame(
        {
            "sample": np.array(keys.samples)[keys.sample],
            "load": np.array(keys.loads)[keys.load],
            "object": keys.object,
        }
    )
    assert index.equals(index.sort_values(["sample", "load", "object"], ignore_index=True))
    for name, key in (("blind", ["sample", "object"]), ("aware", ["sample", "load", "object"])):
        table = read_table(files.features[name]).astype({k: str for k in key if k != "object"})
        expected = index.merge(table, on=key, how="left").iloc[:, 3:].filter(regex="^[ab]")
        np.testing.assert_array_equal(data.X[:, data.blocks[name]], expected.to_numpy())
    truth = read_table(files.targets).astype({"sample": str, "load": str})
    merged = index.merge(truth, on=["sample", "load", "object"], how="left")
    np.testing.assert_array_equal(data.target(TARGET), merged[TARGET])


def test_frames_are_whole_and_in_order(tmp_path: Path) -> None:
    files = write_inputs(tmp_path, n_samples=4, n_objects=5)
    keys = load_dataset({}, files.targets, columns=[TARGET]).keys
    assert [s.stop - s.start for s in keys.frame_slices] == [5] * 12
    assert all(len(set(keys.frame[rows])) == 1 for rows in keys.frame_slices)


def test_subsets_of_samples_and_loads(tmp_path: Path) -> None:
    files = write_inputs(tmp_path, n_samples=4, n_objects=5)
    some = load_dataset(files.features, files.targets, columns=[TARGET],
                        samples=sample_names(2), loads=["push"])  # fmt: skip
    whole = load_dataset(files.features, files.targets, columns=[TARGET])
    rows = (whole.keys.sample < 2) & whole.keys.under(["push"])
    assert some.keys.loads == ("push",)
    np.testing.assert_array_equal(some.X, whole.X[rows])
    with pytest.raises(FormatError, match="no rows for \\['absent'\\]"):
        load_dataset({}, files.targets, columns=[TARGET], samples=["absent"])
    with pytest.raises(ValueError, match="loads \\['twist'\\] do not occur"):
        whole.keys.under([LOADS[0], "twist"])


def test_missing_and_repeated_rows_are_refused(tmp_path: Path) -> None:
    files = write_inputs(tmp_path, n_samples=4, n_objects=5)
    path = files.features["aware"]
    table = read_table(path)
    write_table(path, table.drop(index=3))
    with pytest.raises(
        FormatError, match=r"1 of 60 target rows .* first at .*glass-0000.*'object': 3"
    ):
        load_dataset(files.features, files.targets, columns=[TARGET])
    write_table(path, pd.concat([table, table.iloc[[3]]], ignore_index=True), check=False)
    with pytest.raises(FormatError, match="1 rows repeat a key"):
        load_dataset(files.features, files.targets, columns=[TARGET])


def test_values_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    files = write_inputs(tmp_path, n_samples=4, n_objects=5)
    table = read_table(files.features["blind"])
    table.loc[6, "b1"] = np.nan
    write_table(files.features["blind"], table, check=False)
    with pytest.raises(FormatError, match=r"column 'b1'.*glass-0001.*not a finite number"):
        load_dataset(files.features, files.targets, columns=[TARGET])


def test_unknown_targets_are_refused(tmp_path: Path) -> None:
    files = write_inputs(tmp_path, n_samples=4, n_objects=5)
    with pytest.raises(FormatError, match=r"targets \['d2min@0\.500'\] are missing"):
        load_dataset({}, files.targets, columns=["d2min@0.500"])


def test_samples_without_a_fold_are_refused(tmp_path: Path) -> None:
    files = write_inputs(tmp_path, n_samples=4, n_objects=5)
    keys = load_dataset({}, files.targets, columns=[TARGET]).keys
    with pytest.raises(ValueError, match=r"glass-0003.*in no fold"):
        keys.folds(dict.fromkeys(sample_names(3), 0))


def test_rows_of_one_group_get_one_number() -> None:
    rows = np.array([0, 0, 1, 2, 2])
    keys = Keys(("a", "b", "c"), ("pull",), rows, np.zeros(5, int), np.arange(5))
    np.testing.assert_array_equal(keys.groups(lambda name: name), rows)
    np.testing.assert_array_equal(
        keys.groups({"a": "x", "b": "y", "c": "x"}.__getitem__), [0, 0, 1, 0, 0]
    )
