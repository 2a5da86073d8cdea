"""Block ``audit``: which descriptors are audited, and how thoroughly."""

from typing import Annotated

from pydantic import Field

from mechanist.settings.models.block import WHOLE, Block, Name, Names


class AuditBlock(Block):
    """Audit of all descriptors against five criteria."""

    skip: Names | None = Field(
        default=None,
        description="Kinds of descriptors that are left out, by the names of their cards; all other"
        " descriptors defined in `workflow/mechanist/describe` are audited.",
    )
    parameters: dict[Name, dict[str, object]] | None = Field(
        default=None,
        description="Parameters by kind. Without an entry here, a kind has the parameters of the"
        " first descriptor entry of its wing that sets any for this kind, or else its defaults.",
    )
    most_steps: Annotated[int, Field(ge=20, multiple_of=20), WHOLE] | None = Field(
        default=None,
        description="Maximum number of steps of the paths on which continuity is tested; a"
        " multiple of 20.",
    )
    most_sizes: Annotated[int, Field(ge=3), WHOLE] | None = Field(
        default=None,
        description="Maximum number of system sizes at which cost is measured, starting from the"
        " smallest.",
    )
