"""Numbers in pages, read from result files when the site is built, so that none is typed.

A page writes ``{{ headline glass/n_samples }}`` for an entry of ``docs/headline.json`` and
``{{ config glass/systems/ka2d/particles }}`` for a setting of the default size. A step of the path is
a key, or conditions that choose one record of a list, such as ``target=stress@0.010,subset=undeformed``.
A format may follow a bar: ``{{ headline dislocation/models/hand/... | .2f }}``.
``<!-- readme: glass -->`` stands for the part of that name in README.md, and
``<!-- readme table: you have -->`` for the table that begins with this heading.
``<!-- published: glass -->`` lists the published results of a wing that were read in their sources.
"""

import json
import re
from collections.abc import Mapping
from typing import Final

import yaml
from places import ROOT, with_links

VALUE: Final = re.compile(
    r"\{\{ (?P<source>headline|config) (?P<path>[^}|]+?)(?: \| (?P<style>[^}]+?))? \}\}"
)
PART: Final = re.compile(r"<!-- readme: (?P<name>\w+) -->")
TABLE: Final = re.compile(r"<!-- readme table: (?P<first>[\w ]+) -->")
PUBLISHED: Final = re.compile(r"<!-- published: (?P<wing>\w+) -->")


class PageError(ValueError):
    """A page asks for something that does not exist."""


def sources() -> dict[str, object]:
    """Read the files that pages may quote."""
    headline: object = json.loads((ROOT / "docs/headline.json").read_text(encoding="utf-8"))
    config: object = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    return {"headline": headline, "config": config}


def with_values(text: str, page: str, known: Mapping[str, object]) -> str:
    """Return a page with its values and tables filled in.

    Raises
    ------
    PageError
        If a value or a table does not exist; names the page.
    """
    try:
        text = PART.sub(lambda found: readme_part(found["name"], page), text)
        text = TABLE.sub(lambda found: readme_table(found["first"], page), text)
        text = PUBLISHED.sub(lambda found: published(found["wing"]), text)
        return VALUE.sub(lambda found: _value(found, known), text)
    except PageError as error:
        raise PageError(f"{page}: {error}") from error


def readme_part(name: str, page: str) -> str:
    """Return the part of README.md that `make readme` writes under a name."""
    return _of_readme(
        rf"<!-- begin: {name} .*?-->\n(.*?)<!-- end: {name} -->", f"part {name!r}", page
    )


def readme_table(first: str, page: str) -> str:
    """Return the table of README.md whose first heading is given, with links that fit a page."""
    return _of_readme(rf"^(\| {first} \|.*?)\n\n", f"table {first!r}", page)


def _of_readme(pattern: str, what: str, page: str) -> str:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(pattern, text, re.DOTALL | re.MULTILINE)
    if found is None:
        raise PageError(f"README.md has no {what}")
    part = found[1].strip().replace("](#", "](README.md#")
    return with_links(part, "README.md", page)


def published(wing: str) -> str:
    """Return a table of the published results of a wing that were read in their sources."""
    text = (ROOT / "config/published.yaml").read_text(encoding="utf-8")
    content = yaml.safe_load(text)
    rows = [row for row in content["rows"] if row["wing"] == wing and row["status"] == "read"]
    lines = ["| publication | task | score | published | read in |", "|---|---|---|---|---|"]
    for row in rows:
        source = content["references"].get(row["source"], {}).get("citation", row["source"])
        cited = content["references"][row["reference"]]["citation"]
        known = [row[key] for key in ("bound", "value") if row.get(key) is not None]
        stated = row.get("text") or " ".join(map(str, known))
        cells = (cited, content["tasks"][row["task"]], row["metric"], stated, source)
        lines.append(f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(lines)


def _value(found: re.Match[str], known: Mapping[str, object]) -> str:
    value, path = known[found["source"]], found["path"]
    for step in path.split("/"):
        value = _entry(value, step, f"{found['source']} {path}")
    if isinstance(value, Mapping | list) or value is None:
        raise PageError(f"{path!r} is {type(value).__name__}; expected a number or a text")
    return format(value, found["style"] or "").replace("%", " %")


def _entry(value: object, step: str, path: str) -> object:
    """Follow one step of a path."""
    if isinstance(value, Mapping):
        if step in value:
            entry: object = value[step]
            return entry
        raise PageError(f"{path!r} has no {step!r}; known are {sorted(map(str, value))}")
    if isinstance(value, list):
        if step == "length":
            return len(value)
        wanted = dict(part.split("=", 1) for part in step.split(","))
        fits = [one for one in value if all(str(one.get(k)) == v for k, v in wanted.items())]
        if len(fits) == 1:
            return fits[0]
        raise PageError(f"{path!r}: {len(fits)} records fit {step!r}; expected one")
    raise PageError(f"{path!r}: nothing is below {step!r}")
