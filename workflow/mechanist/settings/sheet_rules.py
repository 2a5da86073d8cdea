"""How rows of the sample sheet become entries of a wing's configuration."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from mechanist.settings.sheet_row import SheetRow

#: Block of an entry within its wing, the names that lead to it, and the entry.
Placed = tuple[str, tuple[str, ...], dict[str, object]]


@dataclass(frozen=True)
class SheetRule:
    """What a wing reads from the sample sheet.

    Parameters
    ----------
    needed, taken : tuple of str
        Columns that a row must fill beside those of every row, and optional ones.
    place : callable
        Returns the entry that some rows define, from the first row, the paths of all of them, and
        the options.
    blocks : mapping of str to int
        Blocks of the wing's configuration that hold entries, and the number of names that lead to
        an entry.
    not_in_sheets : mapping of str to int
        The same for further blocks, whose entries only the configuration can hold.
    formats : tuple of str
        Formats, where the schema of the entries does not list them.
    own_cells : mapping of str to callable
        Parsers of columns that this wing writes in another way than others.
    one_entry_a_row : callable
        Returns whether a row is an entry of its own; otherwise all rows of a system are read
        together.
    free_options : bool
        Whether options may have the names of columns.
    several_files : bool
        Whether an entry of a single row may name several files.
    needs_case : bool
        Whether an entry needs a case of its name that defines the terms of an equation.
    """

    needed: tuple[str, ...]
    taken: tuple[str, ...]
    place: Callable[[SheetRow, Sequence[str], Mapping[str, object]], Placed]
    blocks: Mapping[str, int] = field(default_factory=lambda: {"imports": 1})
    not_in_sheets: Mapping[str, int] = field(default_factory=dict)
    formats: tuple[str, ...] = ()
    own_cells: Mapping[str, Callable[[str], object]] = field(default_factory=dict)
    one_entry_a_row: Callable[[SheetRow], bool] = lambda row: False  # noqa: ARG005
    free_options: bool = False
    several_files: bool = False
    needs_case: bool = False


#: Rules of all wings, by name.
SheetRules = Mapping[str, SheetRule]
