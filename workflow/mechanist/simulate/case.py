"""Cases of equation discovery: data whose true equations and accuracy are known."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, TypedDict

from mechanist.formats.field_files import FieldData, Truth

Kind = Literal["ordinary", "map", "partial", "parametric", "stochastic"]


class Curve(TypedDict):
    """A coefficient that varies along an axis: its values at the points of the grid."""

    axis: str
    values: list[float]


#: Varying coefficients by target and term.
Curves: TypeAlias = dict[str, dict[str, Curve]]


@dataclass(frozen=True, eq=False, kw_only=True)
class Realisation:
    """Data of a case with their true equations and accuracy.

    Parameters
    ----------
    data : list of FieldData
        Trajectories.
    truth : dict
        Coefficients by form (``"divergence"``, ``"product"``), target and canonical term name. For
        a varying coefficient, its mean over the grid.
    accuracy : callable
        Returns the error of the data as a fraction; each case defines its error.
    curves : dict
        Varying coefficients by form, target and term: an axis and the values along it.
    alternatives : dict
        Other equations that the data also satisfy, laid out as ``truth``.
    """

    data: list[FieldData]
    truth: dict[str, Truth]
    accuracy: Callable[[], float]
    curves: dict[str, Curves] = field(default_factory=dict)
    alternatives: dict[str, Truth] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A case; its parameters and their defaults are those of ``make``.

    Parameters
    ----------
    name : str
        Name in the configuration and in tables.
    title : str
        Title in figures and tables.
    kind : str
        ``ordinary``, ``map``, ``partial``, ``parametric`` (coefficients that vary) or
        ``stochastic``.
    source : str
        DOI of the study that the default parameters come from.
    make : callable
        Takes keyword parameters and ``seed`` and returns a :class:`Realisation`.
    note : str
        How the defaults differ from the published parameters; empty if they do not.
    """

    name: str
    title: str
    kind: Kind
    source: str
    make: Callable[..., Realisation]
    note: str = ""

    @property
    def defaults(self) -> dict[str, object]:
        """Parameters with their default values."""
        signature = inspect.signature(self.make)
        return {name: p.default for name, p in signature.parameters.items() if name != "seed"}

    def realise(
        self, parameters: Mapping[str, object] | None = None, *, seed: int = 0
    ) -> Realisation:
        """Generate the data.

        Raises
        ------
        ValueError
            If a parameter is unknown, before anything is computed.
        """
        chosen = dict(parameters or {})
        unknown = sorted(set(chosen) - set(self.defaults))
        if unknown:
            raise ValueError(
                f"case {self.name!r} has no parameters {unknown}; it takes {self.defaults}"
            )
        return self.make(**chosen, seed=seed)


def same_in_both_forms(truth: Truth) -> dict[str, Truth]:
    """Return a truth that is the same in both forms."""
    return {"divergence": truth, "product": truth}
