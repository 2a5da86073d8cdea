"""The lint of tests finds those that cannot fail or that expect what they import."""

import pytest

from lint.weak_tests import weaknesses

HEAD = """
import numpy as np
import pytest
from helpers import check, shape
from mechanist.room.module import LIMIT, NAMES, compute
from mechanist.room.other import SIZE
"""
HELPERS = """
def shape(x): return x
def check(x): deeper(x)
def deeper(x): assert x
"""


def found(body: str) -> list[tuple[int, str]]:
    """Return line in the test and first words of each weakness of a test with this body."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    source = f"{HEAD}def test_it(given):\n{lines}"
    start = source[: source.index("def test_it")].count("\n") + 1
    seen = weaknesses({"tests/a.py": source, "tests/helpers.py": HELPERS})
    assert {(one.file, one.test) for one in seen} <= {("tests/a.py", "test_it")}
    return [(one.line - start, " ".join(one.what.split()[:2])) for one in seen]


@pytest.mark.parametrize(
    "body",
    [
        "assert compute() == 3",
        "check(compute())",
        "np.testing.assert_allclose(compute(), 3)",
        "with pytest.raises(ValueError):\n    compute()",
        "if compute():\n    pytest.fail('wrong')\nassert compute() > 2",
        # the condition is on what the test was given, or both branches assert
        "if given:\n    assert compute() == 3",
        "x = compute()\nif x:\n    assert x == 3\nelse:\n    assert x == 0",
        # the constant is the input, belongs to another module, or is no expectation
        "assert compute(LIMIT) == 3",
        "assert compute() == SIZE",
        "assert LIMIT == 0.5",
        "LIMIT.clear()\nassert compute() == 3",
    ],
)
def test_a_sound_test_passes(body: str) -> None:
    assert found(body) == []


@pytest.mark.parametrize("body", ["compute()", "shape(compute())", "x = compute() == 3"])
def test_no_assertion_is_found(body: str) -> None:
    assert found(body) == [(0, "asserts nothing")]


@pytest.mark.parametrize(
    "body",
    [
        "x = compute()\nif x > 2:\n    assert x == 3",
        "for x in compute():\n    if x:\n        check(x)",
        "x = compute()\nif x:\n    with pytest.raises(ValueError):\n        compute(x)\nelse:\n    x = 0",
    ],
)
def test_assertions_only_under_a_condition_on_the_result_are_found(body: str) -> None:
    assert found(body) == [(0, "asserts only")]


@pytest.mark.parametrize(
    "body",
    [
        "assert compute() == LIMIT",
        "assert compute() <= 2 * LIMIT[0]",
        "assert compute() == pytest.approx(-LIMIT)",
        "np.testing.assert_allclose(compute(), LIMIT)",
        "assert {*compute()} == set(NAMES)",
        "assert compute() == [1, LIMIT]",
    ],
)
def test_an_imported_expectation_is_found(body: str) -> None:
    assert found(body) == [(1, "expects " + ("NAMES," if "NAMES" in body else "LIMIT,"))]
