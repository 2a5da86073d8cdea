"""The types of entries, as rules and scripts take them, are those of the models that check them."""

from typing import Annotated, Literal

import pytest
from pydantic import Field

from mechanist.settings.entry_types import crystal_imports_entries, dislocation_systems_entries
from mechanist.settings.models.block import Block, Count, Label, Name, Nullable, Positive
from mechanist.settings.write_entries import FOLDER, class_text, entry_modules, type_text


def test_the_written_types_are_those_of_the_models() -> None:
    written = {path.name: path.read_text() for path in FOLDER.glob("*.py")}
    del written["__init__.py"]
    assert written == entry_modules(), "run `make schema`"


class Part(Block):
    """A part. It has more to say."""

    size: Positive = Field(description="Size.")


class Whole(Label):
    """A whole."""

    parts: dict[Name, Part] = Field(description="Parts.")
    counts: Count | Annotated[list[Count], Field(min_length=2)] | None = Field(default=None)
    kind: Literal["a", "b"] = Field(default="a")
    end: Annotated[Positive | None, Nullable()] = Field(default=None)


def test_a_model_becomes_a_type_with_its_keys() -> None:
    assert class_text(Part).splitlines() == [
        "class PartEntry(TypedDict, total=False):",
        '    """A part. It has more to say."""',
        "",
        "    size: Required[float]",
    ]
    assert class_text(Whole).splitlines()[3:] == [
        "    parts: Required[dict[str, PartEntry]]",
        "    counts: int | list[int]",
        '    kind: Literal["a", "b"]',
        "    end: float | None",
    ]
    assert class_text(Whole).startswith("class WholeEntry(LabelEntry, total=False):")


def test_a_long_line_is_broken_as_the_formatter_breaks_it() -> None:
    class Long(Block):
        """Long."""

        which: Literal["a" * 40, "b" * 40] = Field(description="One of two.")
        both: Literal["c" * 80] | dict[str, Literal["d" * 60]] = Field(description="Or several.")

    choices = f'Literal["{"a" * 40}", "{"b" * 40}"]'
    assert class_text(Long).splitlines()[3:] == [
        "    which: Required[",
        f"        {choices}",
        "    ]",
        "    both: Required[",
        f'        Literal["{"c" * 80}"]',
        f'        | dict[str, Literal["{"d" * 60}"]]',
        "    ]",
    ]


def test_what_is_no_type_is_refused() -> None:
    with pytest.raises(TypeError, match=r"3 is no type that an entry can have"):
        type_text(3)


def test_keys_that_a_user_must_give_are_required() -> None:
    entry = crystal_imports_entries.CrystalLinesEntry
    assert entry.__required_keys__ == {"path", "systems", "burgers", "grid"}
    assert "times" in entry.__optional_keys__
    assert dislocation_systems_entries.PileupProtocolEntry.__required_keys__ == frozenset()
