"""Block ``learning``: splits, targets and intervals of all wings."""

from typing import Annotated, Literal

from pydantic import Field

from mechanist.settings.models.block import WHOLE, Block, Fraction, Fractions, Several, Strain


class Folds(Block):
    """Numbers of folds of all studies that are cross-validated."""

    models: Several = Field(
        description="Models of glasses, dislocations and pileups that the common rules train."
    )
    surrogates: Several = Field(description="Surrogates of crystal plasticity.")
    interactions: Several = Field(
        description="Laws of slip interaction: groups in which the parts of the data are held out."
    )
    confusion: Several = Field(description="Classifiers of the confusion scheme for creep.")
    microstructures: Several = Field(description="Classifiers of dislocation microstructures.")
    heat_maps: Several = Field(description="Networks whose heat maps over pictures are scored.")


class LearningBlock(Block):
    """Splits, targets and intervals of all wings."""

    folds: Several | Folds = Field(
        description="Number of folds of cross-validation: one number for all studies, or one for"
        " each. All objects of a sample are in one fold."
    )
    device: Literal["cpu", "gpu"] = Field(
        default="cpu",
        description="Where networks are trained; `gpu` uses `envs/train_gpu.yaml` and requests one"
        " device per job from the scheduler.",
    )
    regression_target: Literal["log10_d2min", "nonaffine"] = Field(
        description="Quantity that regression models of glasses predict."
    )
    class_strains: Annotated[list[Strain], Field(min_length=1)] = Field(
        description="Strains at which classifiers are trained and accuracies reported."
    )
    class_definitions: Annotated[
        list[Annotated[list[Fraction], Field(min_length=2, max_length=2)]], Field(min_length=1)
    ] = Field(
        description="Pairs (plastic fraction, rigid fraction) of the particles of a frame by D2min;"
        " particles in between are left out."
    )
    top_fractions: Fractions = Field(
        description="Fractions of particles that count as plastic in ranking metrics (AUC, average"
        " precision)."
    )
    level: Fraction = Field(description="Confidence level of all intervals.")
    resamples: Annotated[int, Field(ge=100), WHOLE] = Field(
        description="Number of bootstrap resamples, and of the exchanges behind p-values."
    )

    @property
    def folds_of_studies(self) -> Folds:
        """The number of folds of every study, also where one number stands for all."""
        if isinstance(self.folds, Folds):
            return self.folds
        return Folds.model_validate(dict.fromkeys(Folds.model_fields, self.folds))
