"""Write the types of the entries of the configuration, from the models of its blocks.

Rules and scripts pass entries on as the plain mappings that the user wrote, since results record
them and Snakemake compares them. Each model becomes a ``TypedDict`` of the same keys in
``settings/entry_types/``, so that mypy knows every key and its type. A test compares them with the
models; ``make schema`` writes them.
"""

import importlib
import pkgutil
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final, Literal, Union, get_args, get_origin, get_type_hints

from mechanist.settings import models
from mechanist.settings.models.block import Block, Nullable

FOLDER: Final = Path(__file__).parent / "entry_types"
PACKAGE: Final = "mechanist.settings.entry_types"
SUFFIX: Final = "Entry"
#: What the name of a module of entry types has beside the name of the module of models.
MODULE: Final = "_entries"
_WIDTH: Final = 100


def entry_modules() -> dict[str, str]:
    """Return the source of every module of entry types, by the name of its file."""
    found = ((name, module_text(name)) for name in _modules())
    return {f"{name}{MODULE}.py": text for name, text in found if text}


def write_entries() -> None:
    """Write all modules of entry types."""
    for name, text in entry_modules().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


def module_text(name: str) -> str:
    """Return the source of the entry types of one module of models; empty if it has no model."""
    module = importlib.import_module(f"{models.__name__}.{name}")
    here = [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Block)
        and value is not Block
        and value.__module__ == module.__name__
    ]
    if not here:
        return ""
    classes = "\n\n\n".join(class_text(model) for model in here)
    return "\n".join(
        [
            f'"""Entries of `settings/models/{name}.py` as files hold them, written by `make schema`."""',
            "",
            *_imports(here, classes),
            "",
            f"{classes}\n",
        ]
    )


def class_text(model: type[Block]) -> str:
    """Return the source of the ``TypedDict`` of a model: an optional key is absent, not None."""
    base = model.__base__ or Block
    parent = "TypedDict" if base is Block else f"{base.__name__}{SUFFIX}"
    inherited = set() if base is Block else set(base.__annotations__)
    hints = get_type_hints(model, include_extras=True)
    lines = []
    for name, field in model.model_fields.items():
        if name in inherited:
            continue
        kind = type_text(hints[name])
        line = f"    {name}: {f'Required[{kind}]' if field.is_required() else kind}"
        if len(line) > _WIDTH:
            if len(f"        {kind}") > _WIDTH and _is_union(hints[name]):
                kind = "\n        | ".join(union_members(hints[name]))
            line = f"    {name}: Required[\n        {kind}\n    ]"
        lines.append(line)
    title = (model.__doc__ or "").strip().splitlines()[0]
    return "\n".join(
        [
            f"class {model.__name__}{SUFFIX}({parent}, total=False):",
            f'    """{title}"""',
            "",
            *lines,
        ]
    )


def type_text(kind: object) -> str:
    """Return the source of the type of a value, of the type that a model gives to it."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        null = any(isinstance(one, Nullable) for one in arguments[1:])
        return type_text(arguments[0]) + (" | None" if null else "")
    if _is_union(kind):
        return " | ".join(union_members(kind))
    if origin is Literal:
        values = ", ".join(f'"{one}"' if isinstance(one, str) else repr(one) for one in arguments)
        return f"Literal[{values}]"
    if origin is not None:
        return f"{type_text(origin)}[{', '.join(map(type_text, arguments))}]"
    if not isinstance(kind, type):
        raise TypeError(f"{kind!r} is no type that an entry can have")
    return f"{kind.__name__}{SUFFIX}" if issubclass(kind, Block) else kind.__name__


def union_members(kind: object) -> list[str]:
    """Return the source of each type of a union; None stands for an absent key and is left out."""
    said = [type_text(one) for one in get_args(kind) if one is not types.NoneType]
    return list(dict.fromkeys(said))


def _is_union(kind: object) -> bool:
    return get_origin(kind) in (Union, types.UnionType)


def _modules() -> list[str]:
    return [module.name for module in pkgutil.iter_modules(models.__path__)]


def _imports(here: list[type[Block]], classes: str) -> Iterator[str]:
    """Yield the imports that the source of some classes needs."""
    typing = [name for name in ("Literal", "Required", "TypedDict") if name in classes]
    yield f"from typing import {', '.join(typing)}\n"
    named = {model.__name__ for model in here}
    elsewhere: dict[str, set[str]] = {}
    for model in _used(here):
        if model.__name__ not in named:
            name = model.__module__.rpartition(".")[2]
            elsewhere.setdefault(name, set()).add(model.__name__ + SUFFIX)
    for name, types_of in sorted(elsewhere.items()):
        line = f"from {PACKAGE}.{name}{MODULE} import {', '.join(sorted(types_of))}"
        if len(line) > _WIDTH:
            inside = "".join(f"    {one},\n" for one in sorted(types_of))
            line = f"from {PACKAGE}.{name}{MODULE} import (\n{inside})"
        yield line
    if elsewhere:
        yield ""


def _used(here: list[type[Block]]) -> Iterator[type[Block]]:
    """Yield the models that stand in the fields of some models, and those that they derive from."""
    for model in here:
        base = model.__base__
        if base is not None and base is not Block and issubclass(base, Block):
            yield base
        for name in model.__annotations__:
            if name in model.model_fields:
                yield from _blocks(get_type_hints(model)[name])


def _blocks(kind: object) -> Iterator[type[Block]]:
    if isinstance(kind, type) and issubclass(kind, Block):
        yield kind
    for argument in get_args(kind):
        yield from _blocks(argument)
