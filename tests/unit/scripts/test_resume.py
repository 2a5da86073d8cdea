"""Files of settings of a run that is resumed are read before anything is removed."""

from pathlib import Path

import pytest

from mechanist.settings.schema_errors import SettingsError
from scripts.run import resume


def test_a_broken_file_is_named_with_its_line_before_anything_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("something was started")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(resume, "controller", refuse)
    monkeypatch.setattr("subprocess.run", refuse)
    Path("fine.yaml").write_text("seed: 1\n")
    Path("bad.yaml").write_text("seed: 1\nglass: {run: [ka2d}\n")
    with pytest.raises(SettingsError, match=r"^bad.yaml:2: broken YAML"):
        resume.main(["--configfile", "fine.yaml", "bad.yaml", "--cores", "1"])
    with pytest.raises(AssertionError, match="something was started"):
        resume.main(["--configfile", "fine.yaml", "--cores", "1"])
