"""Check estimators named in a configuration against their source, without importing it."""

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from mechanist.settings.models.block import Model
from mechanist.settings.names import assigned_class, unknown_names
from mechanist.settings.state_estimator_names import MODELS, OF_STATES, state_problems

#: Name of an estimator of tables in a file of its own, and of the table of estimators in the shared
#: file.
OWN: Final = "ESTIMATOR"
LISTED: Final = "ESTIMATORS"
#: Where all estimators stand in the library.
FOLDER: Final = Path("learn/estimators")


def has_estimator(name: str, library: Path) -> bool:
    """Return whether the estimator has its own file ``learn/estimators/<name>.py``."""
    return _defines(name, OWN, library) or reads_states(name, library)


def reads_states(name: str, library: Path) -> bool:
    """Return whether the estimator reads configurations themselves instead of feature tables."""
    return _defines(name, OF_STATES, library)


def _defines(name: str, variable: str, library: Path) -> bool:
    path = library / FOLDER / f"{name}.py"
    return path.is_file() and assigned_class(_parsed(path), variable) is not None


def estimators_in_files(
    folders: Iterable[Path], variables: Collection[str] = (OWN, OF_STATES)
) -> list[str]:
    """Return the names of the estimators that have files of their own.

    Parameters
    ----------
    folders : iterable of Path
        Such as ``learn/estimators`` of the library.
    variables : collection of str
        Names to which a file may assign its class.
    """
    files = (path for folder in folders for path in sorted(folder.glob("*.py")))
    return [
        path.stem
        for path in files
        if any(assigned_class(_parsed(path), variable) for variable in variables)
    ]


def unknown_estimators(
    place: str,
    models: Mapping[str, Model],
    library: Path,
    *,
    states: bool = False,
) -> Iterator[str]:
    """Yield a line for each model whose estimator, or a parameter of it, does not exist or fit.

    Parameters
    ----------
    place : str
        Path of the models in the configuration.
    models : mapping of str to Model
    library : Path
        Folder of the library.
    states : bool
        Whether estimators that read states can be trained on these samples.
    """
    listed = _listed(library)
    variables = (OWN, OF_STATES) if states else (OWN,)
    for name, entry in models.items():
        estimator, where = entry.estimator, f"{place}/{name}"
        of_states = reads_states(estimator, library)
        own = any(_defines(estimator, variable, library) for variable in variables)
        if not own and estimator not in listed:
            known = [*listed, *estimators_in_files([library / FOLDER], variables)]
            yield (
                _of_states_elsewhere(where, estimator, known)
                if of_states
                else _absent(where, estimator, known)
            )
            continue
        if states and of_states:
            module = _parsed(library / FOLDER / f"{estimator}.py")
            cls = assigned_class(module, OF_STATES) or ""
            yield from state_problems(where, entry, module, cls)
        parameters = _own_parameters(estimator, library) if own else listed[estimator]
        if parameters is not None:
            yield from unknown_names(f"{where}/parameters", entry.parameters, parameters)


def _absent(place: str, estimator: str, known: Iterable[str]) -> str:
    (line,) = unknown_names(f"{place}/estimator", [estimator], known)
    return f"{line}; or add a file learn/estimators/{estimator}.py that sets {OWN} to its class"


def _of_states_elsewhere(place: str, estimator: str, known: Iterable[str]) -> str:
    return (
        f"{place}/estimator: {estimator!r} reads the states of samples instead of tables of features;"
        f" only models of {MODELS} can use it. Known here: {', '.join(sorted(known))}"
    )


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _own_parameters(name: str, library: Path) -> list[str] | None:
    """Return the parameters of the estimator; None if its class is imported."""
    body = _parsed(library / FOLDER / f"{name}.py")
    wanted = assigned_class(body, OWN) or assigned_class(body, OF_STATES)
    for node in body.body:
        if isinstance(node, ast.ClassDef) and node.name == wanted:
            return _fields_or_arguments(node)
    return None


def _fields_or_arguments(node: ast.ClassDef) -> list[str] | None:
    """Return the arguments of a class: those of ``__init__``, or the fields of a dataclass."""
    for part in node.body:
        if isinstance(part, ast.FunctionDef) and part.name == "__init__":
            return _arguments(part)[1:] if part.args.kwarg is None else None
    if not any("dataclass" in ast.unparse(d) for d in node.decorator_list):
        return None  # inherited from a class that may be defined anywhere
    return [
        part.target.id
        for part in node.body
        if isinstance(part, ast.AnnAssign)
        and isinstance(part.target, ast.Name)
        and "ClassVar" not in ast.unparse(part.annotation)
    ]


def _arguments(function: ast.FunctionDef) -> list[str]:
    return [a.arg for a in (*function.args.args, *function.args.kwonlyargs)]


def _listed(library: Path) -> dict[str, list[str] | None]:
    """Return the parameters of every estimator of ``learn/estimators/catalogue.py``, None if unreadable."""
    path = library / FOLDER / "catalogue.py"
    if not path.is_file():
        return {}
    for node in _parsed(path).body:
        if not (isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Dict)):
            continue
        if isinstance(node.target, ast.Name) and node.target.id == LISTED:
            entries = zip(node.value.keys, node.value.values, strict=True)
            return {
                str(key.value): _factory_parameters(value, path, library)
                for key, value in entries
                if isinstance(key, ast.Constant)
            }
    return {}


def _factory_parameters(value: ast.expr, path: Path, library: Path) -> list[str] | None:
    """Return the arguments of the factory in ``Kind(factory, tasks)``, wherever it is defined."""
    if not (isinstance(value, ast.Call) and value.args and isinstance(value.args[0], ast.Name)):
        return None
    wanted = value.args[0].id
    for node in _parsed(path).body:
        if isinstance(node, ast.FunctionDef) and node.name == wanted:
            return [name for name in _arguments(node) if name != "setting"]
        if isinstance(node, ast.ImportFrom) and any(a.name == wanted for a in node.names):
            source = library.joinpath(*str(node.module).split(".")[1:]).with_suffix(".py")
            for part in _parsed(source).body:
                if isinstance(part, ast.FunctionDef) and part.name == wanted:
                    return _arguments(part)
    return None
