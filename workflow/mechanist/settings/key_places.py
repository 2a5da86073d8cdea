"""Name the file and line in which a key of the configuration stands, in messages about it.

Jobs of rules know the configuration only as it is after all files are merged. So that their messages
can name places as well, the workflow tells them its files in a variable of the environment.
"""

import json
import os
import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

import yaml

#: A problem in the message of a SettingsError: its key, with slashes, and what is wrong.
PROBLEM: Final = re.compile(r"  (?P<key>\(top level\)|[^\s:]+): (?P<what>.*)")
#: A key that should not be there stands one level below the key that the problem names.
UNKNOWN: Final = re.compile(r"unknown key '(?P<key>[^']+)'")
#: Keys below that of a problem with which its text begins, as in ``axes: x: 3; expected ...``.
_BELOW: Final = re.compile(r"(?P<key>[^\s:/]+): ")
_VARIABLE: Final = "MECHANIST_CONFIGURATION"


def tell_jobs(files: Sequence[str | Path], *, overridden: Collection[str] = ()) -> None:
    """Tell the jobs that this process starts where the configuration stands; see :func:`with_places`."""
    os.environ[_VARIABLE] = json.dumps(
        {"files": [str(Path(path).absolute()) for path in files], "overridden": sorted(overridden)}
    )


def located(problem: str) -> str:
    """Return a problem of a key of the configuration with the file and line that the workflow told.

    Parameters
    ----------
    problem : str
        The key, with slashes, and what is wrong, as in ``equations/imports/mine: order: ...``; anything
        else, and everything outside a workflow, stays as it is.
    """
    told = os.environ.get(_VARIABLE)
    if told is None:
        return problem
    known = json.loads(told)
    try:
        return with_places(f"  {problem}", known["files"], overridden=known["overridden"])[2:]
    except (OSError, yaml.YAMLError):  # changed since: the problem itself matters more
        return problem


def with_places(
    message: str, files: Sequence[str | Path], *, overridden: Collection[str] = ()
) -> str:
    """Add file and line to each problem that a message lists.

    Parameters
    ----------
    message : str
        Message of a :class:`mechanist.settings.schema_errors.SettingsError`: one line a problem.
    files : sequence of str or Path
        Configuration files in the order in which they were read; later ones override earlier ones.
    overridden : collection of str
        Top-level keys that the command line sets, whose place is in no file.
    """
    paths = [Path(os.path.relpath(path)) for path in files]
    documents = [(path, yaml.compose(path.read_text(encoding="utf-8"))) for path in paths]
    lines = []
    for line in message.split("\n"):
        found = PROBLEM.fullmatch(line)
        keys = _keys(found) if found else []
        if found is None or not keys or keys[0] in overridden:
            lines.append(line)
            continue
        places = [(*_deepest(node, keys), path) for path, node in documents]
        # max takes the first of equals; the last file counts, since it overrides the others.
        depth, row, path = max(reversed(places), key=lambda place: place[0])
        at = f"{path}:{row}: " if depth else ""
        lines.append(f"  {at}{line.strip()}")
    return "\n".join(lines)


def _keys(problem: re.Match[str]) -> list[str]:
    """Return the nested keys of a problem."""
    keys = [] if problem["key"].startswith("(") else problem["key"].split("/")
    what = problem["what"]
    while below := _BELOW.match(what):
        keys, what = [*keys, below["key"]], what[below.end() :]
    unknown = UNKNOWN.match(what)
    return [*keys, unknown["key"]] if unknown else keys


def _deepest(node: yaml.Node | None, keys: Sequence[str]) -> tuple[int, int]:
    """Return how many of nested keys a document contains, and the line of the last of these."""
    depth, line = 0, 0
    for key in keys:
        if isinstance(node, yaml.MappingNode):
            pairs = {str(name.value): (name, value) for name, value in node.value}
            if key not in pairs:
                break
            name, node = pairs[key]
            line = name.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and key.isdigit() and int(key) < len(node.value):
            node = node.value[int(key)]
            line = node.start_mark.line + 1
        else:
            break
        depth += 1
    return depth, line
