"""Read the measured curves of a rubber: one CSV table for each kind of test."""

from pathlib import Path

import numpy as np

from mechanist.core.errors import FormatError
from mechanist.core.typing import FloatArray
from mechanist.discover.elastic_energy import ElasticTest
from mechanist.formats.csv_grid import LongTable, read_long_table
from mechanist.formats.fill_codes import fill_code, matching
from mechanist.mechanics.rubber_tests import Test, unstretched
from mechanist.settings.models.elastic_settings import ElasticMaterial


def read_rubber(material: ElasticMaterial) -> list[ElasticTest]:
    """Return the tests of a material, with nominal stresses and their assumed errors.

    Undeformed points are left out: every energy gives their stress exactly.

    Parameters
    ----------
    material : ElasticMaterial
        Entry of the configuration.

    Raises
    ------
    FormatError
        If a table is damaged, lacks a column, has a stretch that is not positive (or a negative
        amount of shear), or a stress that pushes where the sample is pulled.
    """
    curves: dict[Test, tuple[FloatArray, FloatArray]] = {}
    names = material.columns.stretch, material.columns.stress
    for test, path in material.tests.items():
        table = _measured(read_long_table(Path(path), names), material)
        _check(table, test, *names)
        stretch, stress = (table.columns[name] for name in names)
        if material.stress == "cauchy" and test != "simple_shear":
            stress = stress / stretch
        strained = stretch != unstretched(test)
        curves[test] = stretch[strained], stress[strained]
    largest = max(float(np.abs(stress).max()) for _, stress in curves.values())
    relative, floor = material.error.relative, material.error.floor * largest
    return [
        ElasticTest(test, stretch, stress, floor + relative * np.abs(stress))
        for test, (stretch, stress) in curves.items()
    ]


def _measured(table: LongTable, material: ElasticMaterial) -> LongTable:
    """Return the lines whose values are not missing."""
    gone = np.zeros(len(table.lines), dtype=bool)
    for values in table.columns.values():
        for mark in material.missing:
            gone |= matching(values, mark)
    if gone.all():
        raise FormatError(
            table.path,
            f"all {len(gone)} lines hold a value that `missing` names",
            remedy="Correct `missing`, or the table.",
        )
    left = table.part(np.flatnonzero(~gone))
    for name, values in left.columns.items():
        code = fill_code(values, accepted=material.not_missing)
        if code is not None:
            line = int(left.lines[code.place[0]])
            raise FormatError(
                table.path,
                code.said(len(values), f"line {line}"),
                remedy=f"If it stands for missing values, declare `missing: [{code.written}]`: these lines"
                f" are then left out. If it is a value, declare `not_missing: [{code.written}]`.",
                line=line,
                column=name,
            )
    return left


def _check(table: LongTable, test: Test, stretch: str, stress: str) -> None:
    values, origin = table.columns[stretch], unstretched(test)
    shear = test == "simple_shear"
    bad = np.flatnonzero(values < 0 if shear else values <= 0)
    if len(bad):
        kind = "an amount of shear of at least 0" if shear else "a positive stretch"
        raise FormatError(
            table.path,
            f"{values[bad[0]]:g}, expected {kind}",
            remedy="A stretch is the deformed length divided by the undeformed one: add 1 to an"
            " engineering strain.",
            line=int(table.lines[bad[0]]),
            column=stretch,
        )
    against = np.flatnonzero((values - origin) * table.columns[stress] < 0)
    if len(against):
        at = against[0]
        raise FormatError(
            table.path,
            f"{table.columns[stress][at]:g} at {stretch} = {values[at]:g}: the stress and the strain"
            " have opposite signs",
            remedy="Tension is positive. If the column holds an engineering strain, add 1 to it to"
            " obtain the stretch.",
            line=int(table.lines[at]),
            column=stress,
        )
    if not np.any(values != origin):
        raise FormatError(
            table.path,
            f"all lines have {stretch} = {origin:g}, that of an undeformed sample",
            remedy="Give points under load.",
        )
