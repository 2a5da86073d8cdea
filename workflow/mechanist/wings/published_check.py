"""Check ``config/published.yaml`` before a run: each name in it refers to something."""

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final

from mechanist.assess.published_rows import OwnScore, PublishedContent, PublishedRow
from mechanist.core.narrowing import mapping
from mechanist.settings.key_places import with_places
from mechanist.settings.names import unknown_names
from mechanist.settings.schema_errors import SettingsError, setting_problems
from mechanist.settings.target_names import at_strain
from mechanist.wings.learning_wing import LearningWing
from mechanist.wings.wing import Wing

#: Form of a key of ``references``, by which a source may be given instead of words.
_KEY: Final = re.compile(r"[A-Z][A-Za-z]*[0-9]{4}[a-z]?")
_ROW: Final = re.compile(r"rows/(\d+)(?:/[^\s:]+)?: ")


def refuse_bad_published(
    path: Path,
    content: PublishedContent,
    schema: Mapping[str, object],
    wings: Mapping[str, Wing],
    metrics: Collection[str],
) -> None:
    """Refuse published results with a key, a name or a target that means nothing.

    Parameters
    ----------
    path : Path
        Path of the file, for messages.
    content, schema : mapping
        Parsed file and JSON Schema.
    wings : mapping of str to Wing
        All wings by name.
    metrics : collection of str
        Metrics that score files contain.

    Raises
    ------
    SettingsError
        With a line for each problem: file, line, entry, key, value seen, known values.
    """
    problems = setting_problems(content, schema)
    if not problems:
        for number, row in enumerate(content["rows"]):
            problems += _row_problems(f"rows/{number}", row, content, wings, metrics)
    if problems:
        lines = "\n".join(f"  {problem}" for problem in problems)
        placed = with_places(lines, [path]).split("\n")
        named = "\n".join(_with_entry(line, content) for line in placed)
        raise SettingsError(f"{path.name} is not valid:\n{named}")


def _with_entry(line: str, content: PublishedContent) -> str:
    """Add the id of the row that a problem names by its number."""
    found = _ROW.search(line)
    row: object = content["rows"][int(found[1])] if found else None
    if found is None or not isinstance(row, dict) or "id" not in row:
        return line
    return f"{line[: found.end()]}entry {row['id']!r}: {line[found.end() :]}"


def _row_problems(
    place: str,
    row: PublishedRow,
    content: PublishedContent,
    wings: Mapping[str, Wing],
    metrics: Collection[str],
) -> Iterator[str]:
    yield from unknown_names(f"{place}/reference", [row["reference"]], content["references"])
    if _KEY.fullmatch(row["source"]):
        yield from unknown_names(f"{place}/source", [row["source"]], content["references"])
    yield from unknown_names(f"{place}/system", [row["system"]], content["systems"])
    yield from unknown_names(f"{place}/task", [row["task"]], content["tasks"])
    if "ours" not in row:
        return
    ours = row["ours"]
    if row["wing"] not in wings:
        yield from unknown_names(f"{place}/wing", [row["wing"]], wings)
        return
    wing = wings[row["wing"]]
    systems = known_systems(wing)
    yield from unknown_names(f"{place}/ours/system", [ours["system"]], systems)
    models = known_models(wing)
    yield from unknown_names(f"{place}/ours/model", [ours["model"]], models)
    for kind, model in row["baselines"].items():
        yield from unknown_names(f"{place}/baselines/{kind}", [model], models)
    yield from unknown_names(f"{place}/rivals", row["rivals"], models)
    yield from unknown_names(f"{place}/ours/metric", [ours["metric"]], metrics)
    if ours["system"] in systems:
        yield from _target_problems(f"{place}/ours/targets", ours, wing)


def known_systems(wing: Wing) -> set[str]:
    """Return the systems on which a run of any size can score models of a wing."""
    block = wing.block
    parts = [block, *(mapping(part) for part in block.values() if isinstance(part, dict))]
    cases = [part["cases"] for part in parts if isinstance(part.get("cases"), dict)]
    named = {*wing.systems(), *(name for part in cases for name in mapping(part))}
    if isinstance(wing, LearningWing):
        named |= {*mapping(block.get("systems", {})), *mapping(block.get("imports", {}))}
    return named


def known_models(wing: Wing) -> set[str]:
    """Return all models of a wing, those included that a small run leaves out."""
    parts = [wing.block, *(part for part in wing.block.values() if isinstance(part, dict))]
    listed = [mapping(part).get("models") for part in parts]
    named = {name for models in listed if isinstance(models, dict) for name in models}
    return {*wing.models(), *named}


def _target_problems(place: str, ours: OwnScore, wing: Wing) -> Iterator[str]:
    """Yield a line for each target of a form that no score has.

    Whether a target of the right form is scored depends on the size of the run; where it is not,
    the scoreboard writes "not yet".
    """
    known = wing.scored_targets(ours["system"])
    for target in ours["targets"]:
        quantity, at, rest = target.partition("@")
        if known and f"{quantity}{at}" not in known:
            shown = ", ".join(f"{one}..." if one.endswith("@") else one for one in sorted(known))
            yield f"{place}: no model predicts {target!r}. Known: {shown}"
        elif at and isinstance(wing, LearningWing) and not _is_strain(rest.partition("|")[0]):
            example = at_strain(quantity, 0.04)
            yield f"{place}: {target!r} names no strain. Expected three decimals, as in {example!r}"


def _is_strain(level: str) -> bool:
    """Return whether a text is a strain as names of targets write it."""
    try:
        return at_strain("", float(level)) == f"@{level}"
    except ValueError:
        return False
