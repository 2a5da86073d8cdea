"""Read files of settings: every fault of the YAML is told with file and line."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import yaml

from mechanist.settings.schema_errors import SettingsError

#: The compiled reader where there is one: every start waits for it. Both are safe.
LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
#: Options of Snakemake that take files of settings.
OVERLAYS: Final = ("--configfile", "--configfiles")


def files_named(arguments: Sequence[str]) -> Iterator[Path]:
    """Yield the files of settings that a command line of Snakemake names."""
    taking = False
    for argument in arguments:
        name, equals, value = argument.partition("=")
        if argument.startswith("-"):
            taking = name in OVERLAYS
            if taking and equals:
                yield Path(value)
        elif taking:
            yield Path(argument)


def merged_settings(files: Sequence[Path]) -> dict[str, object]:
    """Return the settings of several files, of which later ones override earlier ones key by key.

    Raises
    ------
    SettingsError
        If a file cannot be read as settings; the message names it and the line.
    """
    merged: dict[str, object] = {}
    for path in files:
        _merge(merged, read_settings(path))
    return merged


def read_settings(path: Path) -> dict[str, object]:
    """Return the settings that one file holds; an empty file holds none.

    Raises
    ------
    SettingsError
        If there is no such file, it is no text in UTF-8, its YAML is broken, a key stands twice, or
        its content is no mapping.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SettingsError(
            f"{path}: byte {error.start} is no text in UTF-8; save the file as UTF-8"
        ) from error
    except OSError as error:
        raise SettingsError(
            f"{path}: cannot be read ({error.strerror}), from the folder {Path.cwd()}; expected a file of"
            " settings in YAML: correct the path after --configfile"
        ) from error
    try:
        node = yaml.compose(text, Loader=LOADER)
        repeated = list(_repeated(node)) if node is not None else []
        content: object = yaml.load(text, Loader=LOADER)  # noqa: S506  (both loaders are safe)
    except yaml.YAMLError as error:
        raise SettingsError(f"{path}{_fault(error)}") from error
    if repeated:
        raise SettingsError("\n".join(f"{path}:{problem}" for problem in repeated))
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise SettingsError(
            f"{path}:1: {type(content).__name__} {str(content)[:40]!r}; expected settings such as"
            " `seed: 1`, one key a line"
        )
    return content


def _repeated(node: yaml.Node) -> Iterator[str]:
    """Yield line and text of each key that stands twice in one mapping, of which YAML drops the first."""
    waiting, seen = [node], set()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:  # an alias stands for a node that was seen
            continue
        seen.add(id(one))
        if isinstance(one, yaml.SequenceNode):
            waiting += one.value
        if isinstance(one, yaml.MappingNode):
            lines: dict[str, int] = {}
            for key, value in one.value:
                line = key.start_mark.line + 1
                name = str(key.value)
                if name in lines and name != "<<":
                    yield (
                        f"{line}: key {name!r} stands a second time (first in line {lines[name]}); YAML would"
                        " drop the first: keep one of them"
                    )
                lines.setdefault(name, line)
                waiting.append(value)


def _fault(error: yaml.YAMLError) -> str:
    """Return line and kind of a fault of the YAML."""
    remedy = "YAML needs spaces, no tabs, two of them a level, and `key: value` with a space"
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        mark = error.problem_mark
        what = ", ".join(part for part in (error.context, error.problem) if part)
        return f":{mark.line + 1}: broken YAML in column {mark.column + 1}: {what}. {remedy}"
    return f": broken YAML: {' '.join(str(error).split())}. {remedy}"


def _merge(settings: dict[str, object], other: Mapping[str, object]) -> None:
    for key, value in other.items():
        known = settings.get(key)
        if isinstance(known, dict) and isinstance(value, dict):
            _merge(known, value)
        else:
            settings[key] = value
