"""The audit of density fields: symmetries broken by the grid, and information in field sets."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pytest

from mechanist.audit import field_subject as subject_module
from mechanist.audit.card import Criterion, Verdict
from mechanist.audit.continuity import continuity
from mechanist.audit.field_subject import field_subject
from mechanist.audit.registry import entries
from mechanist.audit.symmetry import symmetry
from mechanist.audit.view import View, viewed
from mechanist.describe.descriptor import Features
from mechanist.describe.field_statistics import Rho
from mechanist.describe.shared.density_fields import (
    DensityFields,
    FieldDescriptor,
    fields_of_lines,
)
from mechanist.simulate.microstructures import length_of, make_microstructure

KINDS = [entry.kind for entry in entries() if entry.wing == "fields"]


@lru_cache
def view(kind: str, descriptor: FieldDescriptor | None = None) -> View:
    return viewed(field_subject(kind, descriptor=descriptor), np.random.default_rng(0))


def verdicts(examine: Callable[..., Criterion], seen: View) -> dict[str, Verdict]:
    return {f.name: f.verdict for f in examine(seen, np.random.default_rng(1)).findings}


@pytest.mark.parametrize("kind", KINDS)
def test_the_grid_breaks_translations_but_those_by_whole_voxels(kind: str) -> None:
    found = verdicts(symmetry, view(kind))
    assert found.pop("translation") is Verdict.FAIL
    assert found["translation by whole voxels"] is Verdict.PASS
    assert Verdict.FAIL not in found.values()


def test_the_total_density_of_edges_cannot_tell_their_signs_and_the_signed_one_can() -> None:
    blind, aware = (verdicts(symmetry, view(kind)) for kind in ("edges_rho", "edges_rho_kappa"))
    for operation in ("signs reversed alone", "x reversed alone"):
        assert blind[operation] is Verdict.WARN
        assert aware[operation] is Verdict.PASS


class Total:
    card = Rho.card

    def __call__(self, fields: DensityFields) -> Features:
        return Features(np.array([[fields["rho"].mean()]]), ["mean"])


class Corner:
    card = Rho.card

    def __call__(self, fields: DensityFields) -> Features:
        return Features(np.array([[fields["rho"][0, 0], fields["rho"].mean()]]), ["corner", "mean"])


TOTAL, CORNER = Total(), Corner()


def test_a_mean_over_the_cell_keeps_all_symmetry_and_more_than_it_should() -> None:
    found = verdicts(symmetry, view("lines_rho", TOTAL))
    assert found.pop("rotated by 90 degrees") is Verdict.WARN
    assert set(found.values()) == {Verdict.PASS}
    assert (
        verdicts(symmetry, view("lines_rho", CORNER))["translation by whole voxels"] is Verdict.FAIL
    )


def test_numbers_of_edges_in_voxels_jump() -> None:
    assert verdicts(continuity, view("edges_rho"))["jumps"] is Verdict.FAIL
    assert verdicts(continuity, view("lines_rho", TOTAL))["jumps"] is Verdict.PASS


@pytest.mark.parametrize("label", ["loops_broad", "lines_bowed", "lines_dipolar"])
def test_twice_the_cell_holds_twice_the_lines_along_both_axes(label: str) -> None:
    sample = make_microstructure(subject_module.SYSTEM, label, "probe", seed=1)
    subject = field_subject("lines_rho")
    large = subject.replicated(sample).state
    lengths = [sum(map(length_of, each.lines)) for each in (sample, large)]
    assert lengths[1] == pytest.approx(4 * lengths[0])
    small, double = fields_of_lines(sample, 4), fields_of_lines(large, 8)
    np.testing.assert_allclose(double.values, np.tile(small.values, (1, 2, 2)), atol=1e-12)
