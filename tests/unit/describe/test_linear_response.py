"""Columns of the elastic response follow their formulas, with fits by plain least squares."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

import mechanist.describe.linear_response as of_response
from mechanist.core.typing import FloatArray
from mechanist.describe.linear_response import LinearResponseIndicators
from mechanist.describe.shared.elastic_expansion import Expansion, expand
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.interacting_pairs import PairStiffness
from mechanist.mechanics.linear_elasticity import LinearResponse
from mechanist.mechanics.loads import random_load, strain_of
from mechanist.mechanics.neighbours import find_neighbours
from relaxed import glass

CUTOFF = 2.0


def residuals(c: Configuration, fields: FloatArray) -> FloatArray:
    """Return mean products of what affine fits leave, shape (n, k, k), for k fields (k, n, d)."""
    d, pairs = c.dimension, find_neighbours(c, CUTOFF)
    products = []
    for i in range(len(c)):
        mine = pairs.first == i
        vectors = pairs.vectors[mine, :d]
        moved = fields[:, pairs.second[mine]] - fields[:, [i]]  # (k, neighbours, d)
        left = [m - vectors @ np.linalg.lstsq(vectors, m, rcond=None)[0] for m in moved]
        products.append([[(a * b).sum() / mine.sum() for a in left] for b in left])
    return np.array(products)


@pytest.fixture(scope="module")
def found() -> tuple[dict[str, FloatArray], Expansion, FloatArray]:
    """Return columns before scaling, the expansion, and the mean products of residuals."""
    c = glass(2)
    load = strain_of(random_load(2, np.random.default_rng(3)))
    kept: dict[str, FloatArray] = {}

    def catch(_: Configuration, columns: Mapping[str, FloatArray], **options: Any) -> None:
        kept.update(columns)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(of_response, "indicator_features", catch)
        LinearResponseIndicators(cutoff=CUTOFF, anticipated=(0.01, 0.5))(c, load=load)
    expansion = expand(LinearResponse(PairStiffness.of(c)), load)
    return kept, expansion, residuals(c, np.stack([expansion.first, expansion.second]))


def test_sizes_of_both_orders(found: Any) -> None:
    columns, expansion, products = found
    np.testing.assert_allclose(columns["d2min"], np.log10(products[:, 0, 0]), atol=1e-8)
    np.testing.assert_allclose(columns["second_d2min"], np.log10(products[:, 1, 1]), atol=1e-8)
    sizes = {"force": expansion.force, "displacement": expansion.first}
    for name, field in sizes.items():
        expected = np.log10([sum(x * x for x in row) for row in field])
        np.testing.assert_allclose(columns[name], expected, atol=1e-10)
    assert np.abs(columns["displacement"] - columns["force"]).max() > 0.1


def test_growth_and_coupling_are_the_mixed_product_over_the_first_and_over_both(found: Any) -> None:
    columns, _, products = found
    one, two, both = products[:, 0, 0], products[:, 1, 1], products[:, 0, 1]
    np.testing.assert_allclose(columns["growth"], both / one, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(columns["coupling"], both / np.sqrt(one * two), rtol=1e-7, atol=1e-9)
    assert np.abs(columns["coupling"]).max() <= 1  # as a cosine is
    assert np.abs(columns["growth"]).max() > 1


def test_extrapolations_are_the_size_of_both_orders_together(found: Any) -> None:
    columns, expansion, _ = found
    c = glass(2)
    for strain, name in ((0.01, "anticipated_0.01"), (0.5, "anticipated_0.5")):
        total = residuals(c, (expansion.first + strain * expansion.second)[None])[:, 0, 0]
        np.testing.assert_allclose(columns[name], np.log10(total), atol=1e-8)


def test_what_is_described_by_default() -> None:
    default = LinearResponseIndicators()
    assert (default.cutoff, default.anticipated, default.averaging) == (2.0, (0.01, 0.03), None)
    odd = {"growth", "coupling", "dilation"}
    even = {"d2min", "second_d2min", "force", "displacement", "modulus", "strain", "strain_along",
            "strain_across", "rotation"}  # fmt: skip
    assert {name: sign for name, sign in of_response.PARITY.items() if sign == -1}.keys() == odd
    assert {name for name, sign in of_response.PARITY.items() if sign == 1} == even


@pytest.mark.parametrize("dimension", [2, 3])
def test_local_strain_by_hand(dimension: int) -> None:
    gradient = np.zeros((1, dimension, dimension))
    gradient[0, :2, :2] = [[1.0, 2.0], [4.0, 5.0]]
    load = np.zeros((3, 3))
    load[0, 1] = load[1, 0] = 0.5
    found = {name: float(one[0]) for name, one in of_response.local_strain(gradient, load).items()}
    # strains 1, 5 and 3 across; the load is (0 1; 1 0) / sqrt(2)
    assert found == pytest.approx(
        {
            "strain": np.sqrt(1 + 25 + 2 * 9), "strain_along": 6 / np.sqrt(2),
            "strain_across": 44 - 18 - 36 / dimension, "dilation": 6.0, "rotation": 2 * 4.0,
        }
    )  # fmt: skip
