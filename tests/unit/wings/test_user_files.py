"""Files of users as inputs of rules: what Snakemake would take for a wildcard is a parameter."""

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from snakemake.io import contains_wildcard

from mechanist.wings.user_files import UserFiles


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def files(entry: dict[str, Any]) -> UserFiles:
    return UserFiles(lambda wildcards: {"mine": entry}[wildcards.case])


def test_files_are_inputs_unless_their_names_hold_braces() -> None:
    wildcards = SimpleNamespace(case="mine")
    for name in ("b, ü.dump", "{a}.dump"):
        Path(name).write_text("123")
    user = files({"path": ["b, ü.dump", "{a}.dump", "{gone}.dump"]})
    assert user.paths(wildcards) == ["b, ü.dump", "{a}.dump", "{gone}.dump"]
    assert user.inputs(wildcards) == ["b, ü.dump"]
    assert not any(contains_wildcard(path) for path in user.inputs(wildcards))
    state = user.unlisted(wildcards)
    assert state["{gone}.dump"] is None
    assert state["{a}.dump"] is not None
    assert state["{a}.dump"][0] == 3
    os.utime("{a}.dump", (1, 1))
    assert user.unlisted(wildcards) != state
    assert files({"path": "b, ü.dump"}).unlisted(wildcards) == {}
