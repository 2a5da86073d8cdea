"""Block ``equations``: cases whose equations are discovered, and field data of the user."""

from typing import Annotated, Literal

from pydantic import Field

from mechanist.settings.models.block import Block, Count, Name, Natural, Paths, Unique, Whole

OwnMethod = Literal["weak", "map", "finite_difference", "local_polynomial", "spectral"]
FieldFormat = Literal["mat", "npz", "npy", "hdf5", "csv", "pickle"]


class TermLibrary(Block):
    """Terms that an equation may contain."""

    kind: Literal["polynomial", "divergence", "product", "custom"] | None = Field(
        default=None,
        description="Monomials (`polynomial`, for data without a space axis), their derivatives"
        " (`divergence`, the default), products of monomials and derivatives (`product`), or the"
        " listed `terms` (`custom`).",
    )
    degree: Natural | None = Field(default=None, description="Highest degree of products.")
    order: Natural | None = Field(default=None, description="Highest order of derivatives.")
    terms: list[str] | None = Field(
        default=None,
        description="Terms of a custom library, or terms beside those of the kind, such as `u u_x`,"
        " `(u^2)_x`, `sin(2 u)`, `v cos(u)`, `exp(-u/0.5)` or `u/(0.5 + u)`.",
    )
    constant: bool | None = Field(default=None, description="Whether a constant is among them.")
    inputs: bool | None = Field(default=None, description="Whether known fields are among them.")
    parameters: dict[str, list[float]] | None = Field(
        default=None,
        description="Unknown numbers inside `terms`, at most two, with the range in which each is"
        " fitted: `{K: [0.1, 10]}` for `u/(K + u)`.",
    )


class SearchSettings(Block):
    """Settings of the search for an equation, and prior knowledge."""

    targets: list[str] | None = Field(
        default=None,
        description="Left-hand sides; by default the time derivative (or next value) of every field.",
    )
    priors: dict[str, object] | None = Field(
        default=None, description="Prior knowledge: see `workflow/mechanist/discover/priors.py`."
    )
    max_terms: Count | None = Field(
        default=None, description="Maximum number of terms in an equation."
    )
    half_widths: dict[str, Count] | None = Field(
        default=None, description="Half-width of test functions along each axis, in grid points."
    )
    power: Count | None = Field(default=None, description="Power of the test functions.")
    trim: dict[str, Natural] | None = Field(
        default=None,
        description="Points left out at both ends of an axis by methods that differentiate point by"
        " point.",
    )
    blocks: Count | None = Field(
        default=None, description="Number of blocks that each trajectory is cut into."
    )
    dependent: bool | None = Field(
        default=None,
        description="Whether terms may be linear combinations of other terms on the data.",
    )
    snapshots: bool | None = Field(
        default=None,
        description="Whether to integrate between neighbouring times instead of over test functions in"
        " time: for three to about twenty times. Only the method `weak` does.",
    )


class Rival(Block):
    """Settings of PySINDy."""

    degree: Count | None = Field(default=None, description="Highest degree of products.")
    order: Natural | None = Field(default=None, description="Highest order of derivatives.")
    products: bool | None = Field(
        default=None,
        description="Whether products of monomials and derivatives, such as u u_x, are included.",
    )
    half_widths: dict[str, Count] | None = Field(
        default=None, description="Half-width of test functions along each axis, in grid points."
    )
    power: Count | None = Field(default=None, description="Power of the test functions.")


class EquationCase(Block):
    """Data with an equation to discover."""

    generator: Name | None = Field(
        default=None, description="Generator of the data; by default the name of the case."
    )
    parameters: dict[str, object] | None = Field(
        default=None, description="Parameters of the generator that differ from their defaults."
    )
    library: TermLibrary = Field(description="Terms that the equation may contain.")
    methods: Annotated[list[OwnMethod], Field(min_length=1), Unique()] = Field(
        default=["weak"],
        description="Our own methods; the first one writes the equation to file.",
    )
    settings: SearchSettings | None = Field(
        default=None, description="Settings of the search, and prior knowledge."
    )
    rival: Rival | None = Field(
        default=None, description="Settings of PySINDy; without them the case has no rival."
    )


class FieldImport(Block):
    """External field data."""

    path: Paths = Field(description="One file, or a list of files with one trajectory each.")
    format: FieldFormat | None = Field(
        default=None, description="Format of the file; by default that of its suffix."
    )
    axes: dict[str, object] = Field(
        description="Array of each axis in the file, or `{start: 0, step: 0.1}`; space first, `t`"
        " last."
    )
    order: list[str] | None = Field(
        default=None,
        description="Order of the dimensions of the arrays, with `column` where one numbers"
        " components. By default it is that of `axes`; it must be stated where the lengths of the axes"
        " allow several orders.",
    )
    fields: dict[str, object] = Field(
        description="Array of each field in the file, `{array: psi, part: real}`, or"
        " `{array: X, column: 0}` for one of several components, counted from 0."
    )
    inputs: dict[str, object] | None = Field(
        default=None, description="Known fields without an equation of their own."
    )
    periodic: list[str] | None = Field(
        default=None,
        description="Periodic axes. The last grid point must not repeat the first; the fields are"
        " compared where they meet.",
    )
    drop_last: list[str] | None = Field(
        default=None,
        description="Periodic axes whose last grid point repeats the first one; it is dropped.",
    )
    unchecked: list[str] | None = Field(
        default=None,
        description="Periodic axes whose ends are not compared, such as that of a shock that stands"
        " at the boundary.",
    )
    resample: list[str] | None = Field(
        default=None,
        description="Axes along which fields are interpolated to a uniform grid however uneven it"
        " is; jitter of up to a quarter of a spacing is interpolated anyway if the fields are smooth.",
    )
    uneven: list[Literal["t"]] | None = Field(
        default=None,
        description="`[t]` if times are uneven and used as they are, without interpolation: a gap, jitter,"
        " or steps that grow. Only the method `weak` uses them.",
    )
    missing: list[float] | None = Field(
        default=None,
        description="Numbers in fields and inputs that stand for missing values, such as `[-999]`. Ends of"
        " axes where some field is missing throughout are cut off; missing values elsewhere are refused.",
    )
    not_missing: list[float] | None = Field(
        default=None,
        description="Numbers that are values although they look like codes for missing ones: `-999` and"
        " others of their kind are refused if they lie far from all other values.",
    )
    units: dict[str, str] | None = Field(default=None, description="Unit of each field and axis.")
    trajectories: Whole | str | None = Field(
        default=None,
        description="The dimension, or in CSV tables the column, that numbers trajectories.",
    )
    truth: dict[str, object] | None = Field(
        default=None,
        description="Known coefficients: a mapping of form to target to term to value.",
    )
