"""Files that sheets name."""

from pathlib import Path

import pytest


@pytest.fixture
def dumps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Create the files named in sheets, and change to their folder; they are never read here."""
    monkeypatch.chdir(tmp_path)
    for name in "abc":
        Path(f"{name}.dump").touch()
