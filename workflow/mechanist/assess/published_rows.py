"""What ``config/published.yaml`` holds: published values, and the scores of ours beside them."""

from typing import NotRequired, TypedDict


class OwnScore(TypedDict):
    """Our score to compare with a published value; one line per target."""

    system: str
    model: str
    metric: str
    targets: list[str]
    subset: NotRequired[str]


class PublishedRow(TypedDict):
    """A published value; ``workflow/schemas/published.schema.yaml`` says what the fields mean."""

    id: str
    wing: str
    system: str
    reference: str
    task: str
    metric: str
    definition: str
    value: float | None
    uncertainty: NotRequired[float | None]
    bound: NotRequired[str]
    text: NotRequired[str]
    status: str
    source: str
    note: NotRequired[str]
    ours: NotRequired[OwnScore]
    baselines: NotRequired[dict[str, str]]
    rivals: NotRequired[list[str]]


class DescribedRow(PublishedRow):
    """A published value with full texts in place of keys."""

    publication: str
    doi: str | None


class ReferenceEntry(TypedDict):
    """A publication as the file lists it."""

    citation: str
    doi: str | None


class PublishedContent(TypedDict):
    """Content of ``config/published.yaml``."""

    references: dict[str, ReferenceEntry]
    systems: dict[str, str]
    tasks: dict[str, str]
    rows: list[PublishedRow]
