"""Block ``glass/unseen``: glasses that a kept model has not seen, to measure how far it carries."""

from typing import Annotated

from pydantic import Field

from mechanist.settings.models.block import (
    WHOLE,
    Block,
    Count,
    Dimension,
    Fraction,
    Name,
    Names,
    Positive,
    Several,
    SomeNames,
    Strains,
)


class QuenchChange(Block):
    """What is cooled otherwise."""

    hot: Positive | None = Field(default=None, description="Temperature of the melt.")
    cold: Positive | None = Field(default=None, description="Temperature at which cooling ends.")
    melt_steps: Count | None = Field(
        default=None, description="Number of steps at the temperature of the melt."
    )
    quench_steps: Count | None = Field(
        default=None, description="Number of steps of cooling at a constant rate."
    )


class GlassChange(Block):
    """A glass that differs from those of the model by what is stated; without a key, it is made alike."""

    label: str = Field(description="What is different, in figures, tables and on the model's card.")
    material: Name | None = Field(
        default=None, description="File in mechanics/materials of another potential."
    )
    material_parameters: dict[str, object] | None = Field(
        default=None, description="Parameters of the function in that file."
    )
    dimension: Dimension | None = Field(default=None, description="Dimension of space.")
    particles: Annotated[int, Field(ge=50), WHOLE] | None = Field(
        default=None, description="Number of particles."
    )
    density: Positive | None = Field(default=None, description="Particles per area or volume.")
    minority_fraction: Fraction | None = Field(
        default=None, description="Fraction of the second of two species."
    )
    quench: QuenchChange | None = Field(default=None, description="What is cooled otherwise.")


class UnseenGlasses(Block):
    """Glasses that the kept models of a system have not seen, which they predict all the same.

    Predictions are compared with what these glasses do under load, and with those of mechanism-based
    models that were trained on the same system as the kept ones.
    """

    samples: Several = Field(description="Number of glasses of each kind.")
    load: Name = Field(description="Load of the model's own system that they are put under.")
    strains: Strains = Field(
        description="Strains at which predictions are compared with the truth; those that the system of"
        " the models does not store are left out."
    )
    rivals: Names = Field(
        description="Mechanism-based models, trained on the system of the kept model, that are compared"
        " with it; of the estimator `ridge`."
    )
    changes: dict[Name, dict[Name, GlassChange]] = Field(
        description="Kinds of glasses, by the system of the models and by name."
    )
    run: dict[Name, SomeNames] = Field(
        description="Kinds of glasses that this run makes, by the system of the models."
    )
