"""Code of the library and its scripts that nothing but tests reaches.

What the workflow runs is followed from its ends: scripts that rules or the Makefile name, code in
rule files and in pages of documentation, modules that a command runs, and files of registries, which
the configuration names. A function counts as reached if reached code names it; a method, if its class
is reached and reached code has an attribute, argument or text of its name anywhere. So a constant,
registry or function that only dead code names is dead too.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from lint.definitions import Definition, Module, Named, Target, read_module

#: Names that each file of a folder assigns. A configuration, or one in a page, chooses a file.
REGISTRIES: Final[Mapping[str, tuple[str, ...]]] = {
    "mechanist.learn.estimators": ("ESTIMATOR", "STATE_ESTIMATOR"),
    "mechanist.mechanics.materials": ("material", "PAIR_DERIVATIVES"),
}
#: As above, but the audit takes every file.
AUDITED: Final[Mapping[str, tuple[str, ...]]] = {
    "mechanist.describe": ("DESCRIPTOR", "DESCRIPTORS"),
}
#: Of the running interpreter and its tools, such as ``__all__``.
SPECIAL: Final = re.compile(r"__\w+__")
IMPORT: Final = re.compile(
    r"^[ \t>]*(?:from[ \t]+((?:mechanist|scripts)[\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n]*)"
    r"|import[ \t]+((?:mechanist|scripts)[\w.]*))",
    re.MULTILINE,
)
#: Code in a page: a block, or words in backquotes.
CODE: Final = re.compile(r"^```.*?^```|`[^`\n]+`", re.MULTILINE | re.DOTALL)
SCRIPT: Final = re.compile(r"scripts/([\w/]+)\.py")
RUN: Final = re.compile(r"-m (mechanist[\w.]+)")


@dataclass
class Reached:
    """What has been reached so far."""

    definitions: set[Target] = field(default_factory=set)
    bodies: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)


def reach(modules: Mapping[str, Module], texts: Named) -> Reached:
    """Follow what the ends of the workflow name, directly or by other definitions.

    Parameters
    ----------
    modules : mapping of str to Module
    texts : Named
        What rules, commands and pages name.
    """
    reached = Reached()
    waiting = [texts]
    while waiting:
        piece = waiting.pop()
        reached.words |= piece.words
        waiting += list(_new(modules, piece, reached))
        if not waiting:
            waiting += list(_new_members(modules, reached))
    return reached


def unreached(modules: Mapping[str, Module], reached: Reached) -> list[Definition]:
    """Return what has not been reached and is worth a report, by module and line."""
    found = [
        one
        for module in modules.values()
        for one in module.definitions.values()
        if Target(one.module, one.name) not in reached.definitions and not _idle(one, reached)
    ]
    return sorted(found, key=lambda one: (one.module, one.line))


def _idle(one: Definition, reached: Reached) -> bool:
    """Return whether a definition needs no report of its own, as that of a dead class's method."""
    if one.kind not in ("method", "entry"):
        return bool(SPECIAL.fullmatch(one.name))
    owner = Target(one.module, one.name.split(".")[0])
    return not one.called or owner not in reached.definitions


def _new(modules: Mapping[str, Module], piece: Named, reached: Reached) -> Iterator[Named]:
    """Yield the pieces of code that a piece reaches for the first time."""
    for name in piece.imports | {target.module for target in piece.targets}:
        parts = name.split(".")
        for module in (".".join(parts[:k]) for k in range(1, len(parts) + 1)):
            if module in modules and module not in reached.bodies:
                reached.bodies.add(module)
                yield modules[module].body
    for target in piece.targets:
        found = resolved(modules, target)
        if found and Target(found.module, found.name) not in reached.definitions:
            reached.definitions.add(Target(found.module, found.name))
            yield found.named


def _new_members(modules: Mapping[str, Module], reached: Reached) -> Iterator[Named]:
    """Yield methods of reached classes, and entries of reached tables, that reached words name."""
    for module in modules.values():
        for one in module.definitions.values():
            target = Target(one.module, one.name)
            owner, _, member = one.name.partition(".")
            if (
                member
                and target not in reached.definitions
                and Target(one.module, owner) in reached.definitions
                and (not one.called or member in reached.words)
            ):
                reached.definitions.add(target)
                yield one.named


def resolved(modules: Mapping[str, Module], target: Target) -> Definition | None:
    """Return the definition that a name of a module means, through imports by other modules."""
    for _ in range(10):
        module = modules.get(target.module)
        if module is None:
            return None
        if target.name in module.definitions:
            return module.definitions[target.name]
        if target.name not in module.aliases:
            return None
        target = module.aliases[target.name]
    return None


def library(root: Path) -> dict[str, Module]:
    """Parse the library and the scripts of a repository."""
    workflow = root / "workflow"
    found = {}
    for path in [p for top in ("mechanist", "scripts") for p in (workflow / top).rglob("*.py")]:
        parts = path.relative_to(workflow).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = read_module(name, path.read_text(encoding="utf-8"))
    join_named(found)
    return found


def join_named(modules: Mapping[str, Module]) -> None:
    """Let texts such as ``"glass_subject:glass_subject"`` reach the function that they name."""
    by_stem = {name.rpartition(".")[2]: name for name in modules}
    for module in modules.values():
        for piece in [module.body, *(one.named for one in module.definitions.values())]:
            for word in piece.words:
                stem, colon, name = word.partition(":")
                if colon and stem in by_stem:
                    piece.targets.add(Target(by_stem[stem], name))


def ends(root: Path, modules: Mapping[str, Module]) -> Named:
    """Return what rules, the Makefile, pages, configuration and commands of a repository name."""
    rules = [root / "workflow/Snakefile", *sorted((root / "workflow/rules").glob("*.smk"))]
    pages = [root / "README.md", root / "config/README.md", *sorted((root / "docs").rglob("*.md"))]
    programs = [*sorted((root / "docs").glob("*.py")), *sorted((root / "envs").glob("*.py"))]
    found = Named()
    for path in [*rules, root / "Makefile", *pages, *programs]:
        text = path.read_text(encoding="utf-8")
        found.add(_text(text))
        if path in rules:
            found.words |= set(re.findall(r"[A-Za-z_]\w*", text))
    settings = [p.read_text(encoding="utf-8") for p in (root / "config").glob("*.yaml")]
    shown = [p for page in pages for p in CODE.findall(page.read_text(encoding="utf-8"))]
    chosen = {word for text in [*settings, *shown] for word in re.findall(r"[A-Za-z_]\w*", text)}
    found.words |= chosen
    project = root / "pyproject.toml"
    told = tomllib.loads(project.read_text(encoding="utf-8")) if project.is_file() else {}
    for command in told.get("project", {}).get("scripts", {}).values():
        module, _, name = command.partition(":")
        found.targets.add(Target(module, name))
    for module in modules:
        folder, _, stem = module.rpartition(".")
        names = AUDITED.get(folder, ()) + (REGISTRIES.get(folder, ()) if stem in chosen else ())
        found.targets |= {Target(module, name) for name in names}
    return found


def _text(text: str) -> Named:
    """Return what a file that is not only Python names: scripts, imported names and commands."""
    found = Named()
    found.imports |= {f"scripts.{path.replace('/', '.')}" for path in SCRIPT.findall(text)}
    found.imports |= set(RUN.findall(text))
    for module, names, whole in IMPORT.findall(text):
        found.imports.add(module or whole)
        found.targets |= {Target(module, n) for n in re.findall(r"[A-Za-z_]\w*", names) if module}
    return found
