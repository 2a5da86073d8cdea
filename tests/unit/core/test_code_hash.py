"""The library hash covers exactly what a script imports."""

import ast
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mechanist.core.code_hash import (
    LIBRARY,
    _executed,
    _files_of,
    _named_content,
    code_hash,
    dependencies,
    imported_modules,
)

WORKFLOW = LIBRARY.parent
SCRIPTS = WORKFLOW / "scripts"


#: Imports all scripts, and notes which module asked for which, as the interpreter sees it.
PROGRAM = """
import builtins, collections, importlib, json, sys

original, asked = builtins.__import__, collections.defaultdict(set)

def noting(name, globals=None, locals=None, fromlist=(), level=0):
    module = original(name, globals, locals, fromlist, level)
    parts = name.split(".")
    if parts[0] in ("mechanist", "scripts") and not level:
        names = [".".join(parts[: k + 1]) for k in range(len(parts))]
        names += [f"{name}.{one}" for one in fromlist or ()]
        asked[(globals or {}).get("__name__")].update(n for n in names if n in sys.modules)
    return module

builtins.__import__ = noting
for script in sys.argv[1:]:
    importlib.import_module(script)

def loaded_with(script):
    found, waiting = set(), [script]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += asked[name]
    return found

files = {script: [f for name in loaded_with(script) if (f := sys.modules[name].__file__)]
         for script in sys.argv[1:]}
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


def test_closure_is_what_python_imports(imported: dict[str, list[str]]) -> None:
    missed = {}
    for script in ALL:
        files = {Path(file) for file in imported[dotted(script)]}
        assert script in files
        # the closure may contain more, because imports inside functions run later
        missed[script.stem] = files - {script} - dependencies(script)
    assert len(missed) > 100
    assert not {script: files for script, files in missed.items() if files}


def statements_of_the_whole_tree(source: str) -> set[str]:
    """Return the modules of ours that import statements anywhere in a source may name."""
    expected: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            expected |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            expected |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name for name in expected if name.split(".")[0] in ("mechanist", "scripts")}


def test_statements_are_those_of_the_whole_tree() -> None:
    """Only lines that look like imports are parsed; none may be missed or invented."""
    sources = {
        str(file.relative_to(WORKFLOW)): file.read_text(encoding="utf-8")
        for file in [*LIBRARY.rglob("*.py"), *SCRIPTS.rglob("*.py")]
    }
    found = {name: imported_modules(source) for name, source in sources.items()}
    expected = {name: statements_of_the_whole_tree(source) for name, source in sources.items()}
    assert sum(map(bool, expected.values())) > 300
    assert {name for name in sources if found[name] != expected[name]} == set()


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


def forget() -> None:
    """Let the next hash read files anew, as another process does."""
    for cache in (dependencies, _executed, _files_of, _named_content):
        cache.cache_clear()


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
        forget()
        return code_hash([script])

    first = now()
    (library / "unused.py").write_text("x = 2\n")
    assert now() == first
    script.write_text("from mechanist.used import x  # Snakemake watches the script itself\n")
    assert now() == first
    (library / "deeper.py").write_text("x = 2\n")
    assert now() != first
    forget()


@pytest.fixture
def two_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a library of two modules with the same content."""
    library = tmp_path / "mechanist"
    library.mkdir()
    for name in ("__init__", "one", "two"):
        (library / f"{name}.py").write_text("")
    monkeypatch.setattr("mechanist.core.code_hash.LIBRARY", library)
    forget()
    yield library
    forget()


def test_a_module_of_the_library_is_hashed_itself(two_modules: Path) -> None:
    """Rules name modules that scripts find by name when they run: their own content counts."""
    before = code_hash([two_modules / "one.py"])
    (two_modules / "one.py").write_text("x = 1\n")
    forget()
    assert code_hash([two_modules / "one.py"]) != before


def test_the_name_of_a_module_counts(two_modules: Path) -> None:
    assert code_hash([two_modules / "one.py"]) != code_hash([two_modules / "two.py"])
    assert code_hash([two_modules / "one.py"]) == code_hash([two_modules / "one.py"])


def test_the_hash_is_that_of_names_and_contents_in_order(two_modules: Path) -> None:
    (two_modules / "__init__.py").write_text("first")
    (two_modules / "two.py").write_text("third")
    (two_modules / "one.py").write_text("import mechanist.two\n")
    expected = hashlib.sha256(b"__init__.pyfirstone.pyimport mechanist.two\ntwo.pythird")
    assert code_hash([two_modules / "one.py"]) == expected.hexdigest()[:16]


def test_the_hash_is_the_same_in_every_process() -> None:
    """The order of a set of paths depends on a seed that every process draws anew."""
    code = (
        f"import sys; sys.path.insert(0, {str(WORKFLOW)!r})\n"
        "from pathlib import Path; from mechanist.core.code_hash import code_hash\n"
        f"print(code_hash([Path({str(SCRIPTS / 'crystal' / 'lines.py')!r})]))"
    )
    hashes = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(hashes) == 1


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
    forget()
    assert dependencies(script) == {drawing, library / "__init__.py"}
    first = code_hash([script])
    drawing.write_text("import mechanist  # changed\n")
    forget()
    assert code_hash([script]) != first
    forget()


def test_missing_module_is_an_error(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("import mechanist.nowhere.module\n")
    with pytest.raises(FileNotFoundError, match=r"nowhere\.module"):
        dependencies(script)
