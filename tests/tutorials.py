"""Follow a tutorial as a reader would: write its files, run its commands and compare the output.

The conventions are those explained in ``docs/tutorials/README.md``:

- a fenced block below a line that ends in a file name in backquotes and a colon is the content of
  that file;
- an ``sh`` block is run in the root of the repository, and must succeed unless its last line ends
  in the comment ``# fails``;
- a ``text`` block is the complete output of the command above it, on both streams. ``...`` stands
  for any characters in a line or, alone on a line, for any lines. ``~0.63`` stands for a number
  near 0.63, which may vary between machines. Column widths are ignored.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FENCE: Final = re.compile(r"^```(?P<language>\w*)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)
NAMED: Final = re.compile(r"`(?P<name>[\w./-]+)`:$")
ANY: Final = "..."
FAILS: Final = "# fails"
#: Placeholders in a quoted line.
LOOSE: Final = re.compile(r"(\.\.\.|~-?\d+(?:\.\d+)?)")
NUMBER: Final = r"(-?\d+(?:\.\d+)?)"
#: Tolerance of numbers quoted with ``~``: absolute up to 1, relative above.
NEAR: Final = 0.2
#: Programs in the reader's environment, and their arguments to the test interpreter.
PROGRAMS: Final = {"python": "", "snakemake": " -m snakemake"}


class TutorialError(AssertionError):
    """A tutorial does not work as described."""


@dataclass(frozen=True)
class Block:
    """One fenced block: line in the tutorial, language, text directly before it, and content."""

    line: int
    language: str
    before: str
    body: str


def blocks(text: str) -> Iterator[Block]:
    """Yield the fenced blocks of a tutorial in order."""
    for found in FENCE.finditer(text):
        above = text[: found.start()]
        before = above.rstrip("\n").rsplit("\n", 1)[-1]
        yield Block(above.count("\n") + 1, found["language"], before, found["body"])


def follow(tutorial: Path, root: Path) -> None:
    """Carry out a tutorial in a private copy of the repository.

    Raises
    ------
    TutorialError
        At the first command with an unexpected exit status, output that differs from the quoted
        output, or block that is not a command, output or named file; names file and line.
    """
    environment = reader_environment(root)
    printed: str | None = None
    for block in blocks(tutorial.read_text(encoding="utf-8")):
        where = f"{tutorial.name}:{block.line}"
        if block.language == "sh":
            printed = run(block.body, root, environment, where)
        elif block.language == "text":
            if printed is None:
                raise TutorialError(f"{where}: output without a command above it")
            compare(block.body, printed, where)
            printed = None
        else:
            write(block, root, where)


def reader_environment(root: Path) -> dict[str, str]:
    """Make a workflow environment in the copy from the packages of the test environment."""
    programs = root / ".venv/bin"
    programs.mkdir(parents=True, exist_ok=True)
    for name, arguments in PROGRAMS.items():
        program = programs / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}"{arguments} "$@"\n')
        program.chmod(0o755)
    (programs / ".run").touch()  # tells make that everything is installed
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PYTHONDONTWRITEBYTECODE": ""}


def run(commands: str, root: Path, environment: dict[str, str], where: str) -> str:
    """Run a block of commands and return what they print."""
    result = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        cwd=root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        check=False,
    )  # fmt: skip
    fails = commands.rstrip().endswith(FAILS)
    if fails != bool(result.returncode):
        expected = "a failure" if fails else "success"
        raise TutorialError(
            f"{where}: exit code {result.returncode}, expected {expected}, of\n{commands}\n"
            f"{result.stdout[-6000:]}"
        )
    return result.stdout


def write(block: Block, root: Path, where: str) -> None:
    """Write the file that a block shows."""
    named = NAMED.search(block.before)
    if named is None:
        raise TutorialError(
            f"{where}: the line above this block ends in {block.before[-40:]!r}; expected the name"
            " of the file in backquotes, and a colon"
        )
    path = root / named["name"]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(block.body, encoding="utf-8")


def compare(quoted: str, printed: str, where: str) -> None:
    """Raise a TutorialError if the output differs from the quoted output."""
    lines = [line.rstrip() for line in printed.splitlines()]
    parts = split([line.rstrip() for line in quoted.splitlines()])
    place = 0
    for k, part in enumerate(parts):
        last = k == len(parts) - 1
        first_place = max(place, len(lines) - len(part)) if last else place
        starts = range(first_place, len(lines) - len(part) + 1) if k else range(1)
        found = next((s for s in starts if fits(part, lines[s : s + len(part)])), None)
        if found is None or (last and found + len(part) != len(lines)):
            shown = "\n".join(part)
            raise TutorialError(
                f"{where}: the output lacks, at this point,\n{shown}\n---\n{printed}"
            )
        place = found + len(part)


def split(quoted: Sequence[str]) -> list[list[str]]:
    """Split quoted lines at the placeholders for any lines."""
    parts: list[list[str]] = [[]]
    for line in quoted:
        if line.strip() == ANY:
            parts.append([])
        else:
            parts[-1].append(line)
    return parts


def fits(quoted: Sequence[str], printed: Sequence[str]) -> bool:
    """Return whether each printed line matches its quoted line."""
    return len(quoted) == len(printed) and all(
        is_as_quoted(one, other) for one, other in zip(quoted, printed, strict=True)
    )


def is_as_quoted(quoted: str, printed: str) -> bool:
    """Return whether a printed line matches its quoted line."""
    parts = LOOSE.split(" ".join(quoted.split()))
    pattern = "".join(
        ".*" if part == ANY else NUMBER if part.startswith("~") else re.escape(part)
        for part in parts
    )
    found = re.fullmatch(pattern, " ".join(printed.split()))
    expected = [float(part[1:]) for part in parts if part.startswith("~")]
    return found is not None and all(
        abs(float(number) - near) <= NEAR * max(1.0, abs(near))
        for number, near in zip(found.groups(), expected, strict=True)
    )
