"""The whole audit: cards, their files, reproducibility, and criteria without a verdict."""

import dataclasses
import json
from pathlib import Path

import jsonschema
import numpy as np
import pytest
import yaml

import audit_toys as toys
from mechanist.audit.card import (
    AuditCard,
    Criterion,
    Finding,
    Verdict,
    graded,
    not_applicable,
    read_card,
    write_card,
)
from mechanist.audit.criteria import audit
from mechanist.audit.subject import Missing
from mechanist.audit.view import viewed
from mechanist.core.errors import FormatError

SCHEMA = yaml.safe_load(
    (Path(__file__).parents[3] / "workflow/schemas/audit.schema.yaml").read_text()
)


@pytest.fixture(scope="module")
def card() -> AuditCard:
    return audit(toys.subject(toys.smooth_count), seed=5)


def test_a_card_has_all_five_criteria_and_keeps_its_schema(card: AuditCard) -> None:
    data = card.to_json()
    jsonschema.validate(data, SCHEMA)
    verdicts = {c.number: c.verdict for c in card.criteria}
    assert list(verdicts) == ["i", "ii", "iii", "iv", "v"]
    assert verdicts["i"] is Verdict.WARN
    assert verdicts["ii"] is verdicts["iv"] is Verdict.PASS
    assert verdicts["v"] is Verdict.FAIL


def test_the_schema_refuses_what_is_wrong(card: AuditCard) -> None:
    for spoil in (
        lambda d: d["criteria"].pop(),
        lambda d: d["criteria"].reverse(),
        lambda d: d["criteria"][0].update(verdict="fine"),
        lambda d: d["criteria"][1]["findings"].clear(),
        lambda d: d["criteria"][2].update(measured=False),
        lambda d: d.update(extra=1),
    ):
        data = json.loads(json.dumps(card.to_json()))
        spoil(data)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(data, SCHEMA)


def test_cards_come_back_from_their_file(card: AuditCard, tmp_path: Path) -> None:
    path = tmp_path / "glass" / "toy.json"
    write_card(path, card)
    assert read_card(path).to_json() == card.to_json()
    path.write_text(path.read_text().replace("audit/1", "audit/0"))
    with pytest.raises(FormatError, match=r"schema is 'mechanist\.audit/0'"):
        read_card(path)
    path.write_text("{}")
    with pytest.raises(FormatError, match="not an audit card"):
        read_card(path)


def test_two_runs_differ_in_measured_cost_alone(card: AuditCard) -> None:
    again = audit(toys.subject(toys.smooth_count), seed=5)
    assert [c.measured for c in card.criteria] == [False, False, True, False, False]
    pairs = list(zip(card.criteria, again.criteria, strict=True))
    assert [first == second for first, second in pairs if not first.measured] == [True] * 4


def test_what_a_wing_cannot_offer_is_not_applicable_with_a_reason() -> None:
    bare = dataclasses.replace(
        toys.subject(toys.smooth_count),
        path=Missing("no path"),
        sized=Missing("one size"),
        replicated=Missing("no cell"),
        environment=Missing("nothing moves"),
        reference=Missing("nothing richer"),
        twins=Missing("no pair"),
        edges={},
    )
    found = audit(bare, seed=1)
    jsonschema.validate(found.to_json(), SCHEMA)
    assert [c.verdict for c in found.criteria[1:]] == [Verdict.NOT_APPLICABLE] * 4
    notes = {f.note for c in found.criteria[1:] for f in c.findings}
    assert {"no path", "one size", "no cell", "nothing moves", "nothing richer", "no pair"} <= notes


def test_the_worst_finding_that_decides_leads() -> None:
    ok = Finding(name="a", verdict=Verdict.PASS)
    open_ = Finding(name="b", verdict=Verdict.INCONCLUSIVE)
    beside = Finding(name="c", verdict=Verdict.FAIL, decides=False)
    none = not_applicable("d", "reason")
    assert Criterion("v", (none, ok, open_, beside)).leading is open_
    assert Criterion("v", (none, beside)).leading is beside
    assert Criterion("v", (none,)).verdict is Verdict.NOT_APPLICABLE
    assert [graded(v, good=1, bad=2) for v in (1.0, 1.5, 2.0, np.nan)] == [
        Verdict.PASS,
        Verdict.INCONCLUSIVE,
        Verdict.FAIL,
        Verdict.FAIL,
    ]


def test_a_descriptor_that_cannot_describe_its_probes_is_refused() -> None:
    broken = toys.subject(lambda c, _: np.full(len(c), np.nan))
    with pytest.raises(ValueError, match="glass/toy: features of probe 'random' are not finite"):
        viewed(broken, np.random.default_rng(0))
    none = dataclasses.replace(broken, probes=lambda rng: {})
    with pytest.raises(ValueError, match="no probes; expected at least one state"):
        viewed(none, np.random.default_rng(0))


def test_spreads_never_vanish_and_small_ones_are_raised() -> None:
    def columns(c: toys.Configuration, _: np.ndarray) -> np.ndarray:
        return np.column_stack([np.zeros(len(c)), np.full(len(c), 3.0), toys.smooth_count(c, _)])

    view = toys.view(columns)
    spreads = np.array(list(view.spreads.values()))
    assert (spreads[:, 0] == 1).all()
    assert np.allclose(spreads[:, 1], 3e-6)
    assert (spreads[:, 2] >= 0.01 * view.spread[2] * (1 - 1e-12)).all()
