"""Check what a JSON Schema cannot: that names in the configuration refer to something that exists."""

import ast
import difflib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from mechanist.formats.settings import SettingsError


def check_references(settings: Mapping[str, Any], library: Path) -> None:
    """Refuse names that refer to nothing and numbers that contradict each other.

    Parameters
    ----------
    settings : mapping
        A configuration that fits its schema.
    library : Path
        Folder of the library, where ``describe/<kind>.py`` is looked up (read, not imported: the
        process that checks need not have what descriptors need).

    Raises
    ------
    SettingsError
        With a line for each problem: where, the value seen, what is known.
    """
    problems = [*_glass(settings["glass"], library), *_learning(settings)]
    if problems:
        lines = "\n".join(f"  {problem}" for problem in problems)
        raise SettingsError(f"the configuration is not valid:\n{lines}")


def descriptor_parameters(kind: str, library: Path) -> list[str] | None:
    """Return names of the parameters of ``describe/<kind>.py``, or None if it defines nothing.

    The file names its descriptor by ``DESCRIPTOR = SomeDataclass``; the parameters are the
    annotated fields of that class.
    """
    path = library / "describe" / f"{kind}.py"
    if not path.is_file():
        return None
    body = ast.parse(path.read_text(encoding="utf-8")).body
    named = [
        node.value.id
        for node in body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        and isinstance(node.value, ast.Name)
        and any(
            isinstance(target, ast.Name) and target.id == "DESCRIPTOR"
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        )
    ]
    for node in body:
        if isinstance(node, ast.ClassDef) and node.name in named:
            return [
                field.target.id
                for field in node.body
                if isinstance(field, ast.AnnAssign)
                and isinstance(field.target, ast.Name)
                and "ClassVar" not in ast.unparse(field.annotation)
            ]
    return None


def _unknown(place: str, names: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    choices = sorted(known)
    for name in names:
        if name not in choices:
            close = difflib.get_close_matches(name, choices, n=1)
            hint = f" (did you mean {close[0]!r}?)" if close else ""
            yield f"{place}: no such name {name!r}{hint}. Known: {', '.join(choices)}"


def _glass(glass: Mapping[str, Any], library: Path) -> Iterator[str]:
    yield from _unknown("glass/run", glass["run"], glass["systems"])
    for name, system in glass["systems"].items():
        yield from _system(f"glass/systems/{name}", system)
    for name, entry in glass["descriptors"].items():
        place = f"glass/descriptors/{name}"
        parameters = descriptor_parameters(entry["kind"], library)
        if parameters is None:
            yield (
                f"{place}/kind: {entry['kind']!r} is not a descriptor. Expected a file"
                f" describe/{entry['kind']}.py that says DESCRIPTOR = its dataclass"
            )
        else:
            yield from _unknown(f"{place}/parameters", entry.get("parameters", {}), parameters)
    models = glass["models"]
    for name, model in models.items():
        place = f"glass/models/{name}/features"
        yield from _unknown(place, model.get("features", []), glass["descriptors"])
    for pair in glass.get("comparisons", []):
        yield from _unknown("glass/comparisons", pair, models)
    yield from _unknown("glass/transfer", glass.get("transfer", []), models)
    curve = glass.get("learning_curve", {})
    yield from _unknown("glass/learning_curve/models", curve.get("models", []), models)
    yield from _figures(glass)
    for name in glass["run"]:
        if name in glass["systems"]:
            loads = glass["systems"][name]["loads"]
            yield from _unknown(
                f"glass/figures/load (in {name})", [glass["figures"]["load"]], loads
            )


def _figures(glass: Mapping[str, Any]) -> Iterator[str]:
    figures, models = glass["figures"], glass["models"]
    for name in ("curves", "definition", "parity"):
        yield from _unknown(f"glass/figures/{name}/models", figures[name]["models"], models)
    yield from _unknown("glass/figures/hybrid", [figures["hybrid"]], models)
    named = [entry["descriptor"] for entry in figures["indicators"]]
    yield from _unknown("glass/figures/indicators", named, glass["descriptors"])


def _system(place: str, system: Mapping[str, Any]) -> Iterator[str]:
    deformation = system["deformation"]
    for strain in deformation["frames"]:
        steps = strain / deformation["step"]
        if abs(steps - round(steps)) > 1e-6:
            yield (
                f"{place}/deformation/frames: {strain} is not a multiple of the step"
                f" {deformation['step']}"
            )
    if system["dimension"] == 2:
        for name, load in system["loads"].items():
            if "z" in load.get("plane", "") + load.get("axis", ""):
                yield f"{place}/loads/{name}: a 2D system has no z; use x and y"


def _learning(settings: Mapping[str, Any]) -> Iterator[str]:
    learning, glass = settings["learning"], settings["glass"]
    for plastic, rigid in learning["class_definitions"]:
        if plastic + rigid > 1 + 1e-12:
            yield (
                f"learning/class_definitions: plastic {plastic} and rigid {rigid} overlap;"
                " their sum must not exceed 1"
            )
    for name in glass["run"]:
        system = glass["systems"].get(name)
        if system is None:
            continue
        frames = system["deformation"]["frames"]
        if not set(learning["class_strains"]) & set(frames):
            yield (
                f"learning/class_strains: none of {learning['class_strains']} is stored by"
                f" glass/systems/{name}/deformation/frames {frames}"
            )
        if system["samples"] < learning["folds"]:
            yield (
                f"glass/systems/{name}/samples: {system['samples']} samples cannot fill"
                f" {learning['folds']} folds (learning/folds)"
            )
