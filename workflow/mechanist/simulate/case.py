"""What a case of equation discovery is: data whose true equations are known, and how true they are."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from mechanist.formats.field_files import FieldData, Truth

Kind = Literal["ordinary", "map", "partial", "parametric", "stochastic"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Realisation:
    """Data of a case with what is known about them.

    Parameters
    ----------
    data : list of FieldData
        Trajectories.
    truth : dict
        Form (``"divergence"``, ``"product"``) to target to canonical term name to coefficient. Of
        a coefficient that varies, the mean over the grid.
    accuracy : callable
        Measures the error of the data, as a fraction; see the case for what it is the error of.
    curves : dict
        Coefficients that vary: form to target to term to axis and values along it.
    alternatives : dict
        Other equations that the data satisfy as well, in the manner of ``truth``.
    """

    data: list[FieldData]
    truth: dict[str, Truth]
    accuracy: Callable[[], float]
    curves: dict[str, Any] = field(default_factory=dict)
    alternatives: dict[str, Truth] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A case: its parameters with their defaults are those of ``make``.

    Parameters
    ----------
    name : str
        As configuration and tables write it.
    title : str
        For figures and tables.
    kind : str
        ``ordinary``, ``map``, ``partial``, ``parametric`` (coefficients that vary) or
        ``stochastic``.
    source : str
        DOI of the study whose parameters the defaults are.
    make : callable
        Takes keyword parameters and ``seed`` and returns a :class:`Realisation`.
    note : str
        How the defaults differ from the published ones, else empty.
    """

    name: str
    title: str
    kind: Kind
    source: str
    make: Callable[..., Realisation]
    note: str = ""

    @property
    def defaults(self) -> dict[str, Any]:
        """Parameters with their default values."""
        signature = inspect.signature(self.make)
        return {name: p.default for name, p in signature.parameters.items() if name != "seed"}

    def realise(self, parameters: Mapping[str, Any] | None = None, *, seed: int = 0) -> Realisation:
        """Make the data.

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
    """Return the truth of equations whose terms have one form only."""
    return {"divergence": truth, "product": truth}
