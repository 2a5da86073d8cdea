"""What all parts of the configuration have in common, and the kinds of values that keys take."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

#: What names of systems, models and the like look like.
NAME_PATTERN: Final = "^[a-z][a-z0-9_]*$"


class Block(BaseModel):
    """A part of the configuration: its keys, each with a type, a range and a description.

    An optional key that is absent is None here, unless it has a default. Entries that results record
    stay plain mappings: a model would add what the user did not write.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, defer_build=True, protected_namespaces=()
    )


@dataclass(frozen=True)
class Unique:
    """A list without repetitions."""

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Check the values of a list after the list."""
        return core_schema.no_info_after_validator_function(_unique, handler(source))

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Return the schema of the list with its condition."""
        return {**handler(core), "uniqueItems": True}


@dataclass(frozen=True)
class Nullable:
    """A key whose null has a meaning of its own; elsewhere an absent key is None, and null refused."""

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Return the schema of the value or null."""
        return {"anyOf": [{"type": "null"}, handler(core)]}


def _unique(values: Sequence[object]) -> Sequence[object]:
    if any(value in values[:k] for k, value in enumerate(values)):
        raise ValueError("has a value twice")
    return values


def as_whole(value: object) -> object:
    """Return a whole number that is written with a decimal point as an integer, as JSON Schema does."""
    if isinstance(value, bool):  # to Python, True equals 1
        raise ValueError("is no number")  # noqa: TRY004  (pydantic reports ValueError)
    return int(value) if isinstance(value, float) and value.is_integer() else value


Name = Annotated[str, Field(pattern=NAME_PATTERN)]
#: Bounds of whole numbers precede it, or the schema would lack them.
WHOLE: Final = BeforeValidator(as_whole)
Whole = Annotated[int, WHOLE]
Natural = Annotated[int, Field(ge=0), WHOLE]
Count = Annotated[int, Field(ge=1), WHOLE]
Several = Annotated[int, Field(ge=2), WHOLE]
NonNegative = Annotated[float, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]
Fraction = Annotated[float, Field(gt=0, lt=1)]
Share = Annotated[float, Field(ge=0, le=1)]
Strain = Annotated[float, Field(gt=0, le=1)]
Dimension = Annotated[Literal[2, 3], WHOLE]
Sense = Annotated[Literal[1, -1], WHOLE]
Axis = Literal["x", "y", "z"]
Role = Literal["baseline", "mechanism", "data", "hybrid", "ceiling", "control"]

Names = Annotated[list[Name], Unique()]
SomeNames = Annotated[list[Name], Field(min_length=1), Unique()]
#: At least one name, any of them more than once.
NamesInOrder = Annotated[list[Name], Field(min_length=1)]
Pair = Annotated[list[Name], Field(min_length=2, max_length=2)]
Counts = Annotated[list[Count], Field(min_length=1)]
Strains = Annotated[list[Strain], Field(min_length=1), Unique()]
Fractions = Annotated[list[Fraction], Field(min_length=1)]
Levels = Annotated[list[NonNegative], Field(min_length=1), Unique()]
Vector = Annotated[list[float], Field(min_length=3, max_length=3)]
TrainingSizes = Annotated[list[Count], Field(min_length=2), Unique()]
#: One file, or several in order.
Paths = str | Annotated[list[str], Field(min_length=1)]


class Label(Block):
    """How figures and tables call a model, and its part in comparisons."""

    label: str = Field(description="Name in figures and tables.")
    role: Role = Field(
        description="Part in comparisons; figures of all wings give a role one colour. A ceiling sees"
        " more than a model may, and a control is given wrong or less information on purpose: neither"
        " competes for the best score."
    )


class Descriptor(Block):
    """A descriptor of the structure."""

    kind: Name = Field(description="Name of a descriptor in `workflow/mechanist/describe`.")
    load: Literal["applied", "random"] = Field(
        default="applied",
        description="The load that the descriptor receives; `random` is the wrong-load control.",
    )
    parameters: dict[str, object] | None = Field(
        default=None,
        description="Fields of the descriptor. Names are checked before anything is computed; values"
        " only when the descriptor is computed.",
    )


class Model(Label):
    """A model: an estimator and the features that it reads."""

    estimator: Name = Field(
        description="Estimator: a file in `workflow/mechanist/learn/estimators`, or a built-in one."
    )
    task: Literal["regression", "classification"] = Field(
        default="regression", description="Whether it predicts a number or a class."
    )
    features: Names = Field(default=[], description="Descriptors that it reads.")
    parameters: dict[str, object] = Field(default={}, description="Arguments of the estimator.")


class ShownModels(Block):
    """What a figure shows."""

    models: NamesInOrder = Field(description="Models that the figure shows, in order.")


Labels = dict[Name, Label]
Models = dict[Name, Model]
Descriptors = dict[Name, Descriptor]
