"""The lint of dead code: what only tests reach is found, and what the workflow reaches is not."""

from pathlib import Path

import pytest

from lint import __main__ as lint
from lint.dead_code import ends, library, reach, unreached

#: A small repository in which everything is reached.
FILES = {
    "Makefile": "check:\n\tpython -m mechanist.room.command\n",
    "README.md": "```python\nfrom mechanist.room.shown import shown\n```\n",
    "config/README.md": "Set `kind: documented`.\n",
    "config/config.yaml": "models: {a: {estimator: chosen}}\nmethod: listed\n",
    "docs/page.md": ">     from mechanist.room.paged import paged\n",
    "workflow/Snakefile": (
        "from mechanist.room.planned import Planned\nPLAN = Planned()\nrule a:\n    input: PLAN.files\n"
    ),
    "workflow/rules/a.smk": 'rule a:\n    script: "../scripts/wing/run.py"\n',
    "workflow/scripts/wing/run.py": (
        "from mechanist.room import used\nfrom mechanist.room.table import TABLE\n"
        'def main(): used.called(); TABLE["x"]; print(used.Shape().area)\n'
        'if __name__ == "__main__": main()\n'
    ),
    "workflow/mechanist/__init__.py": '__version__ = "1"\n',
    "workflow/mechanist/room/used.py": (
        "from dataclasses import dataclass\nfrom functools import cached_property\n"
        "LIMIT = 3\n"
        "def called(): return _helper(LIMIT)\n"
        "def _helper(x): return x\n"
        "@dataclass\nclass Shape:\n"
        "    def __post_init__(self): _check()\n"
        "    @cached_property\n    def area(self): return 1\n"
        "def _check(): pass\n"
    ),
    "workflow/mechanist/room/table.py": (
        "def listed(): pass\ndef other(): pass\nTABLE = {'listed': listed}\n"
    ),
    "workflow/mechanist/room/command.py": "def run(): pass\nif __name__ == '__main__': run()\n",
    "workflow/mechanist/room/shown.py": "def shown(): pass\n",
    "workflow/mechanist/room/paged.py": "def paged(): pass\n",
    "workflow/mechanist/room/planned.py": (
        "class Planned:\n    @property\n    def files(self): return self._all()\n"
        "    def _all(self): return 'named:by_text'\n"
    ),
    "workflow/mechanist/room/named.py": "def by_text(): pass\n",
    "workflow/mechanist/learn/estimators/chosen.py": "class A: pass\nESTIMATOR = A\n",
    "workflow/mechanist/learn/estimators/documented.py": "class B: pass\nESTIMATOR = B\n",
    "workflow/mechanist/describe/audited.py": "class C: pass\nDESCRIPTOR = C\n",
}


def write(root: Path, **changes: str) -> Path:
    """Write the repository with changed files, whose names have ``__`` for each slash."""
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for name, text in changes.items():
        path = root / "workflow/mechanist" / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def dead(root: Path) -> list[str]:
    """Return what is not reached, as ``module.name``."""
    modules = library(root)
    return [
        f"{one.module}.{one.name}"
        for one in unreached(modules, reach(modules, ends(root, modules)))
    ]


def test_a_table_keeps_only_what_it_lists(tmp_path: Path) -> None:
    assert dead(write(tmp_path)) == ["mechanist.room.table.other"]


@pytest.mark.parametrize(
    ("module", "more", "found"),
    [
        ("room__used", "def alone(): return LIMIT\n", ["alone"]),
        ("room__used", "class Alone:\n    def method(self): pass\n", ["Alone"]),
        ("room__used", "def first(): second()\ndef second(): first()\n", ["first", "second"]),
        ("room__used", "ALONE = 3\n", ["ALONE"]),
        ("room__used", "def a(): pass\nUNREAD = {'files': a}\n", ["a", "UNREAD"]),
        ("room__planned", "    def nobody(self): pass\n", ["Planned.nobody"]),
        ("learn__estimators__chosen", "def spare(): pass\n", ["spare"]),
    ],
)
def test_what_nothing_reaches_is_found(
    tmp_path: Path, module: str, more: str, found: list[str]
) -> None:
    before = FILES[f"workflow/mechanist/{module.replace('__', '/')}.py"]
    root = write(tmp_path, **{module: before + more, "room__table": "TABLE = {}\n"})
    assert [
        one.removeprefix(f"mechanist.{module.replace('__', '.')}.") for one in dead(root)
    ] == found


def test_an_entry_that_no_configuration_names_is_found(tmp_path: Path) -> None:
    table = "def listed(): pass\ndef other(): pass\nTABLE = {'listed': listed, 'spare': other}\n"
    root = write(tmp_path, room__table=table)
    assert dead(root) == ["mechanist.room.table.other", "mechanist.room.table.TABLE.spare"]


def test_an_estimator_that_no_configuration_or_page_names_is_found(tmp_path: Path) -> None:
    root = write(
        tmp_path, room__table="TABLE = {}\n",
        learn__estimators__spare="class D: pass\nESTIMATOR = D\n",
    )  # fmt: skip
    assert dead(root) == [f"mechanist.learn.estimators.spare.{name}" for name in ("D", "ESTIMATOR")]


def test_a_test_that_calls_it_does_not_keep_it(tmp_path: Path) -> None:
    root = write(tmp_path, room__alone="def alone(): pass\n", room__table="TABLE = {}\n")
    path = root / "tests/unit/room/test_alone.py"
    path.parent.mkdir(parents=True)
    path.write_text("from mechanist.room.alone import alone\n\ndef test_it(): assert alone()\n")
    (line,) = lint.findings(root, kept={})
    assert line.startswith("workflow/mechanist/room/alone.py:1: nothing but tests reaches")
    place = ("mechanist.room.alone", "alone")
    assert list(lint.findings(root, kept={place: "a reason"})) == []


def test_a_reason_for_what_is_reached_is_refused(tmp_path: Path) -> None:
    root = write(tmp_path, room__table="TABLE = {}\n")
    (line,) = lint.findings(root, kept={("mechanist.room.used", "called"): "a reason"})
    assert line.endswith("mechanist.room.used.called is reached or gone; remove its line")


def test_make_lint_runs_it() -> None:
    makefile = (Path(__file__).parents[3] / "Makefile").read_text()
    rule = makefile.split("\nlint:")[1].split("\n\n")[0]
    assert "PYTHONPATH=tests $(BIN)/python -m lint" in rule
