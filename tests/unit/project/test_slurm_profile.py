"""The SLURM profile names existing rules, and groups short jobs."""

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
PROFILE: dict[str, Any] = yaml.safe_load((ROOT / "profiles/slurm/profile.yaml").read_text())


def scripted_rules() -> dict[str, str]:
    """Return the script of all rules that run one, by name; other rules are never submitted."""
    found = {}
    for path in (ROOT / "workflow/rules").glob("*.smk"):
        for rule in re.split(r"^rule ", path.read_text(), flags=re.MULTILINE)[1:]:
            script = re.search(r'script:\s+"[^"]*/(\w+)\.py"', rule)
            if script:
                found[rule.split(":")[0]] = script[1]
    return found


def test_groups_are_of_rules_that_exist() -> None:
    assert PROFILE["groups"].keys() <= scripted_rules().keys()


def test_every_rule_that_draws_one_figure_is_in_the_group_of_figures() -> None:
    figures = {name for name, script in scripted_rules().items() if script.startswith("figure_")}
    assert "models_figure_overview" in figures
    grouped = {name for name, group in PROFILE["groups"].items() if group == "figures"}
    assert grouped == figures


def test_every_group_says_how_many_share_a_submission() -> None:
    assert PROFILE["group-components"].keys() == set(PROFILE["groups"].values())


def test_no_array_may_wait_for_jobs_that_there_is_no_room_for() -> None:
    assert "slurm-array-jobs" not in PROFILE


def test_jobs_are_seen_to_end_without_an_accounting_database() -> None:
    assert PROFILE["slurm-status-command"] == "squeue"
