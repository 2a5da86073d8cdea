"""Criterion iv of the audit: number of columns, replicated cells and unusual states."""

import numpy as np
import pytest

import audit_toys as toys
from mechanist.audit.card import Finding, Verdict
from mechanist.audit.size import size


def findings(columns: toys.Columns) -> tuple[Verdict, dict[str, Finding]]:
    criterion = size(toys.view(columns), np.random.default_rng(1))
    return criterion.verdict, {f.name: f for f in criterion.findings}


def test_a_local_count_passes() -> None:
    verdict, found = findings(toys.smooth_count)
    assert verdict is Verdict.PASS
    assert {f.verdict for f in found.values()} == {Verdict.PASS}


def test_coulomb_eigenvalues_fail() -> None:
    verdict, found = findings(toys.coulomb)
    assert verdict is Verdict.FAIL
    assert found["columns"].verdict is Verdict.FAIL
    assert found["columns"].value == 2  # at n = 49 and 100, beside the 25 of the first probe
    assert "others on" in found["columns"].note


def test_what_sums_over_the_sample_fails_in_a_replica() -> None:
    _, found = findings(toys.sample_mean)
    assert found["columns"].verdict is Verdict.PASS
    assert found["replicas"].verdict is Verdict.FAIL
    assert "toy_1" in found["replicas"].note


def test_a_shortcut_by_nearest_images_fails_in_small_boxes() -> None:
    def shortcut(c: toys.Configuration, _: np.ndarray) -> np.ndarray:
        pairs = toys.find_neighbours(c, 3.0)
        key = pairs.first * len(c) + pairs.second
        _, once = np.unique(key, return_index=True)
        return np.bincount(pairs.first[once], minlength=len(c))

    _, found = findings(shortcut)
    assert found["replicas"].verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("ending", "verdict", "note"),
    [
        ("refusal", Verdict.PASS, "refused: ValueError: one particle has no neighbour"),
        ("mishap", Verdict.FAIL, "crashed: ValueError"),
        ("crash", Verdict.FAIL, "crashed: ZeroDivisionError"),
        ("infinity", Verdict.FAIL, "described"),
    ],
)
def test_awkward_states_are_described_or_refused_in_words(
    ending: str, verdict: Verdict, note: str
) -> None:
    def columns(c: toys.Configuration, load: np.ndarray) -> np.ndarray:
        if len(c) > 1:
            return toys.smooth_count(c, load)
        if ending == "refusal":
            raise ValueError("one particle has no neighbour")
        if ending == "mishap":
            return np.zeros(3).reshape(2, 2)
        return np.array([1 // 0 if ending == "crash" else np.inf])

    _, found = findings(columns)
    assert found["nothing nearby"].verdict is verdict
    assert found["nothing nearby"].note.startswith(note)
