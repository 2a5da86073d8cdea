"""Where each text of the repository stands on the site, and links between texts rewritten to fit.

Pages in ``docs/`` are used where they stand. Texts elsewhere, such as ``config/README.md``, are read
into the site. A link of theirs to a file leads to the page of that file, to the reference page of a
module, or, where a file has no page, becomes the name of the file.
"""

import os
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
DOCS: Final = ROOT / "docs"
LIBRARY: Final = ROOT / "workflow" / "mechanist"
#: Page on the site of each text that stands outside docs/.
READ_IN: Final = {
    "README.md": "about/readme.md",
    "CHANGELOG.md": "about/changelog.md",
    "config/README.md": "reference/your_data.md",
    "results/README.md": "reference/results.md",
}
#: A link or a picture: brackets, then a relative target with an optional place in it.
LINK: Final = re.compile(r"(?P<text>!?\[[^\]\n]*\])\((?P<target>[^)\s#:]+)(?P<place>#[^)\s]*)?\)")
FENCE: Final = re.compile(r"^(```|~~~)")


def page_of(file: str) -> str | None:
    """Return the page, relative to docs/, that shows a file of the repository, or None."""
    if file in READ_IN:
        return READ_IN[file]
    if file.startswith("docs/") and file.endswith((".md", ".png")) and (ROOT / file).exists():
        return file.removeprefix("docs/")
    if file.startswith("workflow/mechanist/") and file.endswith(".py"):
        return module_page(file)
    return None


def module_page(file: str) -> str | None:
    """Return the reference page of a module, given by its path in the repository, or None."""
    path = ROOT / file
    if path not in set(public_modules()):
        return None
    return f"reference/api/{path.relative_to(LIBRARY).with_suffix('').as_posix()}.md"


#: Rooms whose modules the reference shows. Rules and the check of settings use the others.
ROOMS: Final = (
    "core", "formats", "mechanics", "imports", "simulate", "describe", "discover", "learn", "assess",
    "audit", "contract", "attribution", "predict",
)  # fmt: skip


def public_modules() -> Iterator[Path]:
    """Yield the files of all modules that the reference shows: the interface, then room by room."""
    yield from sorted(path for path in LIBRARY.glob("*.py") if path.stem != "__init__")
    for room in ROOMS:
        yield from sorted(p for p in (LIBRARY / room).rglob("*.py") if p.stem != "__init__")


def with_links(text: str, file: str, page: str) -> str:
    """Return a text with its links rewritten for the site.

    Parameters
    ----------
    text : str
        Markdown.
    file : str
        Where the text stands in the repository.
    page : str
        Page that shows it, relative to docs/.
    """
    lines, fenced = [], False
    for line in text.split("\n"):
        if FENCE.match(line):
            fenced = not fenced
        code = fenced or line.startswith("    ")
        lines.append(line if code else LINK.sub(lambda m: _link(m, file, page), line))
    return "\n".join(lines)


def _link(found: re.Match[str], file: str, page: str) -> str:
    text, target, place = found["text"], found["target"], found["place"] or ""
    named = posixpath.normpath(posixpath.join(posixpath.dirname(file), target))
    if not (ROOT / named).exists():
        return found[0]  # a page that the generator makes, or a mistake that MkDocs reports
    shown = page_of(named)
    if shown is None:
        return text.strip("![]")
    return f"{text}({os.path.relpath(shown, posixpath.dirname(page) or '.')}{place})"


def heading_name(text: str, separator: str = "-") -> str:
    """Return the name under which a heading can be linked to, the same as on hosts of repositories."""
    return re.sub(r"[^\w -]", "", text).strip().lower().replace(" ", separator)
