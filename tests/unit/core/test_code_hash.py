"""The library hash covers exactly what a script imports."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mechanist.core.code_hash import LIBRARY, code_hash, dependencies, imported_modules

WORKFLOW = LIBRARY.parent
SCRIPTS = WORKFLOW / "scripts"


#: Imports each script as if nothing of ours had been imported before; packages of others stay, as
#: loading them for each script would take minutes.
PROGRAM = """
import importlib, json, sys

def ours():
    return [name for name in sys.modules if name.split(".")[0] in ("mechanist", "scripts")]

files = {}
for script in sys.argv[1:]:
    for name in ours():
        del sys.modules[name]
    importlib.import_module(script)
    files[script] = [f for name in ours() if (f := sys.modules[name].__file__)]
print(json.dumps(files))
"""
ALL = sorted(SCRIPTS.rglob("*.py"))


def dotted(script: Path) -> str:
    return ".".join(script.relative_to(WORKFLOW).with_suffix("").parts)


@pytest.fixture(scope="module")
def imported() -> dict[str, list[str]]:
    """Return the files of library and scripts that Python imports with each script."""
    out = subprocess.run(
        [sys.executable, "-c", PROGRAM, *map(dotted, ALL)],
        env={**os.environ, "PYTHONPATH": str(WORKFLOW)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(out.stdout.splitlines()[-1])


@pytest.mark.parametrize("script", ALL, ids=lambda path: path.stem)
def test_closure_is_what_python_imports(script: Path, imported: dict[str, list[str]]) -> None:
    files = {Path(file) for file in imported[dotted(script)]}
    assert script in files
    # the closure may contain more, because imports inside functions run later
    assert files - {script} <= dependencies(script)


@pytest.mark.parametrize(
    "file",
    sorted({*LIBRARY.rglob("*.py"), *SCRIPTS.rglob("*.py")}),
    ids=lambda path: str(path.relative_to(WORKFLOW)),
)
def test_statements_are_those_of_the_whole_tree(file: Path) -> None:
    """Only lines that look like imports are parsed; none may be missed or invented."""
    source = file.read_text(encoding="utf-8")
    expected: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            expected |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            expected |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    ours = {name for name in expected if name.split(".")[0] in ("mechanist", "scripts")}
    assert imported_modules(source) == ours


def test_statements_of_all_forms_are_found() -> None:
    source = """
import mechanist.one
import mechanistic.other
from mechanist.two import (
    first,  # why
    second,
)
def late() -> None:
    from mechanist import three
#   from mechanist import four
# >>> from mechanist import five
"""
    assert imported_modules(source) == {
        "mechanist.one",
        "mechanist.two",
        "mechanist.two.first",
        "mechanist.two.second",
        "mechanist",
        "mechanist.three",
    }


def test_closure_holds_no_other_wing() -> None:
    """A closure of the whole library would pass the test above, but cause needless reruns."""
    closure = dependencies(SCRIPTS / "glass/simulate.py")
    names = {str(path.relative_to(LIBRARY)) for path in closure}
    assert "simulate/glass_samples.py" in names
    assert not {name for name in names if name.startswith(("draw", "assess", "learn"))}


def test_hash_changes_with_a_dependency_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = tmp_path / "mechanist"
    library.mkdir()
    (library / "__init__.py").write_text("")
    (library / "used.py").write_text("import mechanist.deeper\n")
    (library / "deeper.py").write_text("x = 1\n")
    (library / "unused.py").write_text("x = 1\n")
    script = tmp_path / "script.py"
    script.write_text("from mechanist.used import x\n")
    monkeypatch.setattr("mechanist.core.code_hash.LIBRARY", library)

    def now() -> str:
        dependencies.cache_clear()
        return code_hash([script])

    first = now()
    (library / "unused.py").write_text("x = 2\n")
    assert now() == first
    script.write_text("from mechanist.used import x  # Snakemake watches the script itself\n")
    assert now() == first
    (library / "deeper.py").write_text("x = 2\n")
    assert now() != first
    dependencies.cache_clear()


def test_a_script_that_another_imports_is_hashed_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library, drawing = tmp_path / "mechanist", tmp_path / "scripts" / "glass" / "figure_strain.py"
    library.mkdir()
    (library / "__init__.py").write_text("")
    drawing.parent.mkdir(parents=True)
    drawing.write_text("import mechanist\n")
    script = drawing.with_name("figures.py")
    script.write_text("from scripts.glass import figure_strain\n")
    monkeypatch.setattr("mechanist.core.code_hash.LIBRARY", library)
    dependencies.cache_clear()
    assert dependencies(script) == {drawing, library / "__init__.py"}
    first = code_hash([script])
    drawing.write_text("import mechanist  # changed\n")
    assert code_hash([script]) != first
    dependencies.cache_clear()


def test_missing_module_is_an_error(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("import mechanist.nowhere.module\n")
    with pytest.raises(FileNotFoundError, match=r"nowhere\.module"):
        dependencies(script)
