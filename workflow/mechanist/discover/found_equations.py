"""Find equations in fields: search, selection by rules, and correction for noise."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from mechanist.discover.centring import Groups
from mechanist.discover.detection import detection_limits
from mechanist.discover.equation import about_offsets, equation_of, with_hint
from mechanist.discover.profiled import Profiled
from mechanist.discover.refinement import refined
from mechanist.discover.regression import Fit
from mechanist.discover.search import Search
from mechanist.discover.selection import Selection, select_by_rules
from mechanist.discover.system import LinearSystem
from mechanist.discover.uncentred import Shift, uncentred
from mechanist.formats.equation_files import Equation
from mechanist.formats.field_files import FieldData, Truth


def discover(
    search: Search,
    data: Sequence[FieldData],
    *,
    rules: Sequence[str] = ("auto",),
    truth: Truth | None = None,
    resamples: int = 0,
    rng: np.random.Generator | None = None,
    systems: Mapping[str, tuple[LinearSystem, Groups]] | None = None,
    paths: Mapping[str, Sequence[Fit]] | None = None,
    limits: bool = False,
) -> list[Equation]:
    """Return an equation for every target and rule.

    Parameters
    ----------
    search : Search
        Settings of the search.
    data : sequence of FieldData
        Trajectories.
    rules : sequence of str
        See :func:`mechanist.discover.selection.select`; ``"oracle"`` is left out if no truth is
        known.
    truth : mapping, optional
        True coefficients by target and term.
    resamples, rng
        Number of draws and random generator for inclusion frequencies.
    systems : mapping, optional
        Result of :meth:`Search.systems`, to avoid computing it twice.
    paths : mapping, optional
        Best models of each size by target, to avoid searching for them twice.
    limits : bool
        Whether to say how small further terms may be; see :mod:`.detection`.

    Raises
    ------
    ValueError
        As :meth:`Search.systems`, or if the library has unknown numbers beside a known truth.
    """
    profiled, values = None, {}
    if search.library.parameters:
        if truth is not None or systems is not None:
            raise ValueError(
                f"parameters {sorted(search.library.parameters)} in terms are fitted only where no true"
                " equation is given, because terms are compared with it by their names. Leave `truth`"
                " out of the entry, or give numbers in place of the parameters"
            )
        profiled = Profiled(search, data)
        values = profiled.values()
        search = profiled.at(values)
    made = search.systems(data) if systems is None else systems
    offsets = search.offsets(data)
    equations = []
    for target, (system, groups) in made.items():
        true = None if truth is None else truth.get(target)
        shift = Shift.of(system, groups, offsets) if offsets else None
        selections = select_by_rules(
            system,
            target,
            rules=[rule for rule in rules if rule != "oracle" or true is not None],
            max_terms=search.max_terms,
            resamples=resamples,
            rng=rng,
            truth=true if true is None or shift is None else shift.in_deviations(true),
            path=None if paths is None else paths[target],
        )
        correction = search.correction(data, target, groups)
        if correction is not None:
            selections = [
                refined(one, system, correction, extend=one.rule == "auto") for one in selections
            ]
        members = {group[0].name: group for group in groups}
        found = []
        for one in selections:
            judged, numbers = profiled.fitted(one, groups, values) if profiled else (one, {})
            equation = equation_of(system, judged, groups=members, truth=true)
            equation = replace(equation, parameters=numbers)
            found.append(_with_limits(equation, one, system, limits))
        if shift is None:
            hint = search.hint(data, target)
            equations += [with_hint(one, hint) for one in found]
            continue
        own = search.correction(data, target, groups, mixing=shift.shares)
        for one, near in zip(selections, found, strict=True):
            raw = uncentred(one, shift, own)
            equation = equation_of(shift.raw, raw, groups=members, truth=true)
            equations.append(about_offsets(equation, near, offsets))
    return equations


def _with_limits(
    equation: Equation, selection: Selection, system: LinearSystem, wanted: bool
) -> Equation:
    """Return an equation with the detection limits of the terms that are not in it."""
    if not wanted or selection.rule != "auto":
        return equation
    found = zip(system.names, detection_limits(selection, system), strict=True)
    return replace(equation, limits={n: float(x) for n, x in found if not np.isnan(x)})
