"""What is skipped for want of outside data has a twin on data that the tests write themselves."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

UNIT = Path(__file__).parents[1]
#: How a twin is named, in a comment above the decorators of a test, or of a case by its number.
NAMED = re.compile(r"^#(?: (\d\d))? twin: (\S+\.py)::(test_\w+)$")
CASE = re.compile(r"^(\d\d)-[a-z]")


def waits(node: ast.expr) -> bool:
    """Return whether an expression is a mark that skips where a file or folder is absent."""
    text = ast.unparse(node)
    return "skipif" in text and bool(re.search(r"\.(exists|is_file|is_dir)\(", text))


def marks(tree: ast.Module) -> set[str]:
    """Return the names that a module gives to such marks."""
    given = [node for node in tree.body if isinstance(node, ast.Assign) and waits(node.value)]
    return {ast.unparse(target) for node in given for target in node.targets}


def waiting(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Yield the tests of a module that wait for outside data each on its own."""
    names = marks(tree)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and any(
            ast.unparse(one) in names or waits(one) for one in node.decorator_list
        ):
            yield node


def problems(path: Path, root: Path = UNIT) -> list[str]:
    """Return what of a file is skipped in a clean clone and has no twin that runs there."""
    source = path.read_text(encoding="utf-8")
    lines, tree = source.splitlines(), ast.parse(source)
    found = []
    twins = [match for line in lines if (match := NAMED.match(line))]
    for match in twins:
        other = root / match[2]
        its = (
            ast.parse(other.read_text(encoding="utf-8")) if other.is_file() else ast.Module([], [])
        )
        runs = {node.name for node in its.body if isinstance(node, ast.FunctionDef)}
        runs -= {node.name for node in waiting(its)}
        if "pytestmark" in marks(its) or match[3] not in runs:
            found.append(f"no twin {match[2]}::{match[3]} that runs without outside data")
    for node in waiting(tree):
        first = min(one.lineno for one in node.decorator_list)
        if not NAMED.match(lines[first - 2]):
            found.append(f"{node.name} names no twin above its decorators")
    if "pytestmark" in marks(tree):
        texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
        cases = {
            match[1] for text in texts if isinstance(text, str) and (match := CASE.match(text))
        }
        if not cases:
            found.append("the whole file waits for outside data and names no cases")
        found += [f"case {case} has no twin" for case in cases - {match[1] for match in twins}]
    return found


def test_every_test_that_waits_for_outside_data_has_a_twin_that_does_not() -> None:
    files = sorted(UNIT.rglob("test_*.py"))
    texts = {path: path.read_text(encoding="utf-8") for path in files if path != Path(__file__)}
    told = {path: problems(path) for path, text in texts.items() if "skipif" in text}
    assert {str(path): found for path, found in told.items() if found} == {}
    assert sum(any(map(NAMED.match, texts[path].splitlines())) for path in told) >= 10


ALONE = """
import pytest
from pathlib import Path
absent = pytest.mark.skipif(not Path("real").exists(), reason="")

{comment}
@absent
def test_real(): ...

def test_made(): ...
"""
WHOLE = """
import pytest
from pathlib import Path
pytestmark = pytest.mark.skipif(not Path("real").is_dir(), reason="")
{comment}
CASES = ["01-one"]
"""


@pytest.mark.parametrize(
    ("text", "comment", "said"),
    [
        (ALONE, "# twin: test_a.py::test_made", []),
        (ALONE, "", ["test_real names no twin above its decorators"]),
        (ALONE, "# twin: test_a.py::test_gone",
         ["no twin test_a.py::test_gone that runs without outside data"]),
        (ALONE, "# twin: test_a.py::test_real",
         ["no twin test_a.py::test_real that runs without outside data"]),
        (ALONE, "# twin: test_b.py::test_made",
         ["no twin test_b.py::test_made that runs without outside data"]),
        (WHOLE, "", ["case 01 has no twin"]),
        (WHOLE, "# 02 twin: test_c.py::test_made", ["case 01 has no twin"]),
        (WHOLE, "# 01 twin: test_c.py::test_made", []),
        (WHOLE.replace('"01-one"', ""), "",
         ["the whole file waits for outside data and names no cases"]),
    ],
)  # fmt: skip
def test_missing_and_wrong_twins_are_told(
    tmp_path: Path, text: str, comment: str, said: list[str]
) -> None:
    (tmp_path / "test_a.py").write_text(text.format(comment=comment))
    (tmp_path / "test_c.py").write_text("def test_made(): ...\n")
    assert problems(tmp_path / "test_a.py", tmp_path) == said
