"""Files that one entry names: a path, a list, a pattern such as ``run/*.dump``, or a numbered range.

``{000..100..10}`` stands for the numbers from 000 to 100 in steps of 10, with as many digits; ``{a,b}``
for either word; ``*``, ``?`` and ``[...]`` for what they match in a shell. A file of exactly the given
name always comes first, so that braces and brackets may also be part of names. Matches come in natural
order: ``t9`` before ``t10``. The process that plans a run uses this, so it needs only the standard
library.
"""

import glob
import re
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Final

_RANGE: Final = re.compile(r"\{(\d+)\.\.(\d+)(?:\.\.(\d+))?\}", re.ASCII)
_WORDS: Final = re.compile(r"\{([^{},]*(?:,[^{},]*)+)\}")
_DIGITS: Final = re.compile(r"(\d+)", re.ASCII)
_LONGEST: Final = 100_000


def matching_files(pattern: str | Path | Sequence[str | Path]) -> list[str]:
    """Return the paths that an entry names, in order.

    Parameters
    ----------
    pattern : str, Path, or sequence of them
        Several are resolved one after the other.

    Returns
    -------
    list of str
        A single name without a pattern is returned whether the file exists or not.

    Raises
    ------
    ValueError
        If a pattern matches no file, a file of a range is missing, or a file is named twice.
    """
    if isinstance(pattern, str | Path):
        return _matches(str(pattern))
    if not pattern:
        raise ValueError("a list of paths is empty; expected at least one path")
    found = list(chain.from_iterable(_matches(str(one)) for one in pattern))
    twice = sorted({path for path in found if found.count(path) > 1})
    if twice:
        raise ValueError(f"the file {twice[0]!r} is named twice; name each file once")
    return found


def _matches(pattern: str) -> list[str]:
    if Path(pattern).exists():
        return [pattern]
    names = list(_expanded(pattern))
    if names == [pattern] and not glob.has_magic(pattern):
        return names
    found: list[str] = []
    for name in names:
        if Path(name).is_file():
            matches = [name]
        else:
            matches = sorted(
                (path for path in glob.glob(name) if Path(path).is_file()),  # noqa: PTH207
                key=_natural,
            )
        if not matches:
            within = f" of {pattern!r}" if name != pattern else ""
            if not glob.has_magic(name):
                raise ValueError(f"there is no file {name!r}{within}")
            folder = str(Path(name).parent)
            stated = "the folder in which you run" if folder == "." else f"folder {folder!r}"
            raise ValueError(f"no file in {stated} fits the pattern {Path(name).name!r}{within}")
        found += [match for match in matches if match not in found]
    return found


def _expanded(pattern: str) -> Iterator[str]:
    """Yield a pattern with each of the numbers and words that its first braces stand for."""
    numbers, words = _RANGE.search(pattern), _WORDS.search(pattern)
    found = min((m for m in (numbers, words) if m), key=lambda m: m.start(), default=None)
    if found is None:
        yield pattern
        return
    items = _numbered(pattern, found) if found is numbers else found[1].split(",")
    for item in items:
        yield from _expanded(pattern[: found.start()] + item + pattern[found.end() :])


def _numbered(pattern: str, found: re.Match[str]) -> list[str]:
    """Return the numbers of a range, as wide as its ends if these have leading zeros."""
    first, last, step = int(found[1]), int(found[2]), int(found[3] or 1)
    padded = any(end[0] == "0" and len(end) > 1 for end in (found[1], found[2]))
    width = max(len(found[1]), len(found[2])) if padded else 0
    if step == 0 or first > last or (last - first) // step > _LONGEST:
        raise ValueError(
            f"{found[0]!r} in {pattern!r}; expected an ascending range, as in {{0..100..10}}"
        )
    return [f"{number:0{width}d}" for number in range(first, last + 1, step)]


def _natural(path: str) -> list[tuple[int, int, str]]:
    """Return a key that sorts numbers within names by value."""
    return [
        (1, int(part), part) if part.isdigit() else (0, 0, part) for part in _DIGITS.split(path)
    ]
