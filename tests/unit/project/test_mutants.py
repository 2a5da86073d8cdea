"""The runner of mutants: what it changes, and what it says of tests that notice and do not."""

import ast
import subprocess
from pathlib import Path

import pytest

from mutants.__main__ import core, drawn, main
from mutants.journal import Journal
from mutants.kernels import forget
from mutants.mutation import mutants
from mutants.run import Bench, Target, UnfitTestsError

ROOT = Path(__file__).parents[3]
MODULE = """
def count(n: int) -> int:
    k = 0
    while k < n:
        k += 1
    return k


def above(x):
    return x > 3


def root(x):
    if not x:
        raise ValueError("x is zero")
    return x
"""
TESTS = """
import pytest
from room.toy import above, count, root

def test_all():
    assert count(5) == 5
    assert above(5)
    with pytest.raises(ValueError):
        root(0)
"""
TOY = Target("workflow/room/toy.py", ("tests/unit/room/test_toy.py",))


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """Return a repository with a module and its tests, one of which could be sharper."""
    files = {
        "workflow/room/__init__.py": "", TOY.module: MODULE, TOY.tests[0]: TESTS,
        "pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["workflow"]\n',
        "core.toml": '[modules]\n"room/toy.py" = ["room/test_toy.py"]\n',
    }  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    return tmp_path


def changed(code: str) -> set[str]:
    """Return the changes of an expression."""
    return {f"{one.kind}: {one.before} -> {one.after}" for one in mutants(code)}


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("a < b", {"comparison: a < b -> (a <= b)"}),
        ("a == b", {"comparison: a == b -> (a != b)"}),
        ("a in b", {"comparison: a in b -> (a not in b)"}),
        ("a - b", {"arithmetic: a - b -> (a + b)"}),
        ("a * b", {"arithmetic: a * b -> (a / b)"}),
        ("a @ b", {"operands: a @ b -> (b @ a)"}),
        ("a and b", {"boolean: a and b -> (a or b)"}),
        ("not a", {"sign: not a -> (a)"}),
        ("-a", {"sign: -a -> (a)"}),
        ("7", {"constant: 7 -> (8)"}),
        ("0.5", {"constant: 0.5 -> (1.0)"}),
        ("0.0", {"constant: 0.0 -> (1.0)"}),
        ("True", {"constant: True -> False"}),
        ("a if b else c", {"condition: a if b else c -> (c if b else a)"}),
        ("f(a, b)", {"arguments: f(a, b) -> (f(b, a))"}),
        ("raise E(3)", {"raise: raise E(3) -> pass"}),
    ],
)
def test_every_kind_of_change(code: str, changes: set[str]) -> None:
    assert changed(code) == changes


@pytest.mark.parametrize(
    "code",
    [
        "f(a, a)", "max(a, b)", "np.maximum(a, b)", "np.array_equal(a, b)", "a @ a", "f(*a, *b)", "'text'", "'%s' % a", "None", "f'{a:.3f} {1 + 2}'", "assert a > 1",
        "a: 'list[3]'", "@njit(cache=True)\ndef f(): pass", "if TYPE_CHECKING:\n    a = 1",
        "print(1, 2)", "def f() -> Literal[3]: pass",
    ],
)  # fmt: skip
def test_what_no_result_depends_on_is_left_alone(code: str) -> None:
    assert changed(code) == set()


def test_one_place_is_changed_and_the_rest_stays() -> None:
    code = "x = 1  # ä\ny = f(\n    x,  # why\n    2,\n)\n"
    sources = {one.source for one in mutants(code) if one.kind == "constant"}
    assert sources == {code.replace("= 1", "= (2)"), code.replace("    2,", "    (3),")}
    (swapped,) = [one.source for one in mutants(code) if one.kind == "arguments"]
    assert ast.unparse(ast.parse(swapped)) == "x = 1\ny = f(2, x)"


def test_what_tests_notice_is_killed_and_the_rest_survives(toy: Path) -> None:
    by_change = {f"{one.before} -> {one.after}": one for one in mutants(MODULE)}
    expected = {
        "raise ValueError('x is zero') -> pass": "killed",
        "k < n -> (k <= n)": "killed",
        "x > 3 -> (x >= 3)": "survived",
    }
    by_change = {change.replace('"', "'"): one for change, one in by_change.items()}
    with Bench(toy) as bench:
        assert {change: bench.fate(TOY, by_change[change]) for change in expected} == expected
    assert (toy / TOY.module).read_text() == MODULE


def test_one_that_never_ends_is_stopped(toy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mutants.run.PATIENCE", (1.0, 2.0))
    endless = MODULE.replace("k += 1", "k += 0")
    (mutant,) = [
        one for one in mutants(endless) if (one.before, one.after) == ("k < n", "(k <= n)")
    ]
    with Bench(toy) as bench:
        assert bench.fate(TOY, mutant) == "hung"


def test_tests_that_fail_by_themselves_judge_nothing(toy: Path) -> None:
    (toy / TOY.tests[0]).write_text("def test_it(): assert False\n")
    unfit = pytest.raises(UnfitTestsError, match=r"end with exit code 1 without any mutant")
    with Bench(toy) as bench, unfit:
        bench.fate(TOY, mutants(MODULE)[0])


def test_the_same_seed_draws_the_same_and_any_beginning_is_balanced() -> None:
    sources = {Target(name, ()): MODULE for name in ("a", "b", "c")}
    six = drawn(sources, 6, seed=1)
    assert [target.module for target, _ in six] == ["a", "b", "c"] * 2
    assert drawn(sources, 6, seed=1) == six
    assert drawn(sources, 6, seed=2) != six
    assert len(drawn(sources, None, seed=1)) == 3 * len(mutants(MODULE))


def test_a_fresh_draw_leaves_out_what_an_earlier_sample_judged() -> None:
    target = Target("a", ())
    judged = Journal(None)
    seen = [mutant for _, mutant in drawn({target: MODULE}, 3, seed=1)]
    for mutant in seen:
        judged.keep(target, mutant, "killed")
    fresh = [mutant for _, mutant in drawn({target: MODULE}, None, seed=1, known=judged)]
    assert len(fresh) == len(mutants(MODULE)) - 3
    assert not {one.source for one in fresh} & {one.source for one in seen}
    assert [m for _, m in drawn({target: MODULE}, 3, seed=1, known=Journal(None))] == seen


def test_the_table_says_what_survived(toy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--core", str(toy / "core.toml"), "--jobs", "1", "--mutants", "2", "--seed", "5"]
    out = toy / "table.md"
    assert main([*arguments, "--out", str(out)], root=toy) == 0
    told = out.read_text()
    assert told in capsys.readouterr().out
    (row,) = [line for line in told.splitlines() if line.startswith("| workflow/room/toy.py")]
    _, _, number, killed, _, _ = (cell.strip() for cell in row.split("|"))
    assert number == "2"
    assert told.count("\n- `workflow/room/toy.py:") == 2 - int(killed)
    assert (toy / TOY.module).read_text() == MODULE


def test_a_run_goes_on_where_it_stopped_and_judges_survivors_again(
    toy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The one mutant of the toy that survives is noted, and killed after its test is sharpened."""
    survivor = next(one for one in mutants(MODULE) if one.after == "(x >= 3)")
    journal = Journal(toy / "journal.jsonl")
    for one in mutants(MODULE):
        journal.keep(TOY, one, "survived" if one == survivor else "killed")
    assert Journal(toy / "journal.jsonl").fate(TOY, survivor) == "survived"
    (toy / TOY.tests[0]).write_text(TESTS + "\n\ndef test_edge(): assert not above(3)\n")
    known = ["--core", str(toy / "core.toml"), "--jobs", "1", "--journal", str(journal.path)]
    assert main([*known, "--least", "1"], root=toy) == 1  # nothing was judged again
    assert main([*known, "--least", "1", "--again"], root=toy) == 0
    assert "## Survivors\n\n- `none`" in capsys.readouterr().out
    assert Journal(journal.path).fate(TOY, survivor) == "killed"


def test_kernels_of_all_that_import_a_changed_module_are_forgotten(tmp_path: Path) -> None:
    files = {"a.py": "", "b.py": "from room.a import f\n", "c.py": "from room import b\n",
             "d.py": "import room.other\n"}  # fmt: skip
    for name, text in files.items():
        (tmp_path / "room/__pycache__").mkdir(parents=True, exist_ok=True)
        (tmp_path / "room" / name).write_text(text)
        (tmp_path / "room/__pycache__" / f"{name[0]}.f-1.py311.1.nbc").touch()
    forget(tmp_path / "room/a.py", tmp_path)
    assert [path.name[0] for path in tmp_path.rglob("*.nbc")] == ["d"]


def test_every_module_of_the_list_and_its_tests_exist() -> None:
    listed = core()
    assert len(listed) >= 30
    for target in listed:
        for name in (target.module, *target.tests):
            assert (ROOT / name).is_file(), name
        assert mutants((ROOT / target.module).read_text())
