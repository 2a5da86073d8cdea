"""What a module defines and what each definition names, read without importing anything."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

#: A text that names something: an identifier, a dotted name or ``module:name``.
NAMING: Final = re.compile(r"[A-Za-z_]\w*(?:[.:][A-Za-z_]\w*)*")
#: Decorators that leave it to callers to reach a method; any other may register it somewhere.
PLAIN: Final = {
    "abstractmethod", "cache", "cached_property", "classmethod", "contextmanager", "override",
    "property", "setter", "staticmethod",
}  # fmt: skip
#: Foreign base classes that call none of the methods of a class.
PASSIVE: Final = {
    "ABC", "Enum", "Exception", "Generic", "IntEnum", "NamedTuple", "Protocol", "RuntimeError",
    "StrEnum", "TypedDict", "ValueError",
}  # fmt: skip

#: Longer texts with brackets are prose.
LONGEST_ANNOTATION: Final = 100


class Target(NamedTuple):
    """Something that code names: a module, and a name in it, or ``""`` for the module itself."""

    module: str
    name: str


@dataclass
class Named:
    """What a piece of code names.

    Parameters
    ----------
    targets : set of Target
        What its names mean, by the imports and definitions of the module.
    words : set of str
        Names of attributes, and texts that look like names.
    imports : set of str
        Modules that its import statements execute.
    """

    targets: set[Target] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    imports: set[str] = field(default_factory=set)

    def add(self, other: "Named") -> None:
        """Take over what another piece names."""
        self.targets |= other.targets
        self.words |= other.words
        self.imports |= other.imports


@dataclass(frozen=True)
class Definition:
    """A function, class, method or constant.

    Parameters
    ----------
    module, name : str
        Dotted name of the module, and name in it: ``Class.method`` of a method, ``TABLE.key`` of an
        entry of a table.
    line : int
    kind : str
        ``"function"``, ``"class"``, ``"method"``, ``"constant"`` or ``"entry"``: that of a table at
        the top of a module whose keys are names, and whose values name functions or classes.
    called : bool
        Whether it runs only where code names it. Methods such as ``__len__``, validators, and those
        that a foreign base class may call, run wherever their class is used.
    named : Named
        What it names in turn.
    """

    module: str
    name: str
    line: int
    kind: str
    called: bool
    named: Named


@dataclass
class Module:
    """A module: its definitions by name, what else runs on import, and the names it imports."""

    name: str
    definitions: dict[str, Definition]
    body: Named
    aliases: dict[str, Target]


def read_module(name: str, source: str) -> Module:
    """Parse a module.

    Parameters
    ----------
    name : str
        Dotted name, such as ``mechanist.learn.splits``.
    source : str

    Raises
    ------
    SyntaxError
        If the source is not Python.
    """
    tree = ast.parse(source)
    own = {one for node in tree.body for one in _defined(node)}
    reader = _Reader(name, own, dict(_aliases(tree)))
    module = Module(name, {}, Named(), reader.aliases)
    for node in tree.body:
        for one in reader.definitions(node):
            module.definitions[one.name] = one
        if not _defined(node):
            module.body.add(reader.named([node]))
    return module


def _defined(node: ast.stmt) -> list[str]:
    """Return the names that a statement at the top of a module defines, other than imports."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else []
    targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
    names = [part for target in targets for part in ast.walk(target)]
    return [part.id for part in names if isinstance(part, ast.Name)]


def _aliases(tree: ast.Module) -> Iterator[tuple[str, Target]]:
    """Yield the names that import statements bind anywhere in a module, and what they mean."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for one in node.names:
                yield one.asname or one.name, Target(node.module, one.name)
        elif isinstance(node, ast.Import):
            for one in node.names:
                top = one.name.split(".")[0]
                yield one.asname or top, Target(one.name if one.asname else top, "")


@dataclass(frozen=True)
class _Reader:
    """Finds what the code of one module names."""

    module: str
    own: set[str]
    aliases: dict[str, Target]

    def definitions(self, node: ast.stmt) -> Iterator[Definition]:
        """Yield what a statement at the top of the module defines, with methods and entries."""
        kind = {ast.FunctionDef: "function", ast.ClassDef: "class"}.get(type(node), "constant")
        parts = list(ast.iter_child_nodes(node))
        table = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        entries = self._entries(table) if isinstance(table, ast.Dict) else []
        if entries:
            parts = [part for part in parts if part is not table]
        methods = [
            one
            for one in (node.body if isinstance(node, ast.ClassDef) else [])
            if isinstance(one, ast.FunctionDef)
        ]
        rest = self.named(part for part in parts if part not in methods)
        for name in _defined(node):
            yield Definition(self.module, name, node.lineno, kind, True, rest)
            for key, line, named in entries:
                yield Definition(self.module, f"{name}.{key}", line, "entry", True, named)
        if isinstance(node, ast.ClassDef):
            yield from self._methods(node, methods)

    def _methods(self, owner: ast.ClassDef, methods: list[ast.FunctionDef]) -> Iterator[Definition]:
        bases = {ast.unparse(base).split("[")[0] for base in owner.bases}
        foreign = {base for base in bases if not self._ours(base)} - PASSIVE
        for one in methods:
            special = one.name.startswith("__") and one.name.endswith("__")
            marks = {re.split(r"[.(]", ast.unparse(mark))[-1] for mark in one.decorator_list}
            called = not (special or foreign or marks - PLAIN)
            name = f"{owner.name}.{one.name}"
            yield Definition(self.module, name, one.lineno, "method", called, self.named([one]))

    def _entries(self, table: ast.Dict) -> list[tuple[str, int, Named]]:
        """Return key, line and content of the entries of a table of code by names."""
        keys = [str(key.value) for key in table.keys if isinstance(key, ast.Constant)]
        if len(keys) != len(table.values) or not all(map(str.isidentifier, keys)):
            return []
        named = [self.named([value]) for value in table.values]
        if not all(any(one.name for one in content.targets) for content in named):
            return []
        return list(zip(keys, [value.lineno for value in table.values], named, strict=True))

    def _ours(self, base: str) -> bool:
        module = self.aliases.get(base.split(".", maxsplit=1)[0], Target("", "")).module
        return base in self.own or module.split(".")[0] == self.module.split(".")[0]

    def named(self, nodes: Iterable[ast.AST]) -> Named:
        """Return what pieces of code name."""
        found = Named()
        for node in (part for one in nodes for part in ast.walk(one)):
            if isinstance(node, ast.Name):
                found.targets |= self._meaning(node.id)
            elif isinstance(node, ast.Attribute):
                found.words.add(node.attr)
                found.targets |= self._attribute(node)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(self._text(node.value))
            elif isinstance(node, ast.keyword) and node.arg:
                found.words.add(node.arg)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.imports |= {node.module, *(f"{node.module}.{n.name}" for n in node.names)}
            elif isinstance(node, ast.Import):
                found.imports |= {one.name for one in node.names}
        return found

    def _meaning(self, name: str) -> set[Target]:
        if name in self.aliases:
            return {self.aliases[name]}
        return {Target(self.module, name)} if name in self.own else set()

    def _attribute(self, node: ast.Attribute) -> set[Target]:
        """Return what ``alias.name`` means if the alias is a module or a package of modules."""
        parts = [node.attr]
        value = node.value
        while isinstance(value, ast.Attribute):
            parts.append(value.attr)
            value = value.value
        if not isinstance(value, ast.Name) or value.id not in self.aliases:
            return set()
        place = ".".join(filter(None, self.aliases[value.id]))
        return {Target(".".join([place, *parts[:0:-1]]), parts[0])}

    def _text(self, text: str) -> Named:
        """Return what a text names, as annotations, ``getattr`` and tables of names do."""
        words = re.findall(r"[A-Za-z_]\w*", text)
        if NAMING.fullmatch(text):
            return Named({t for word in words for t in self._meaning(word)}, {*words, text})
        annotation = "[" in text and len(text) < LONGEST_ANNOTATION
        return Named({t for word in words for t in self._meaning(word)} if annotation else set())
