"""Check that names and numbers in the equation block of the configuration are consistent."""

from collections.abc import Iterator
from typing import Final

from mechanist.settings.models.equations_block import EquationsBlock
from mechanist.settings.models.latent_settings import LatentCase
from mechanist.settings.names import unknown_names

#: Settings of our method and kinds of series, by the order of a law of latent coordinates.
SECOND: Final = 2
ORDERS: Final = {
    1: ("autoencoder", ("lorenz_channels", "rotating_spiral", "series")),
    SECOND: ("curve", ("pendulum_video", "series")),
}
#: Kinds whose rates can be computed from the values.
DIFFERENTIATED: Final = ("lorenz_channels", "series")


def equation_problems(block: EquationsBlock) -> Iterator[str]:
    """Yield a line for each contradiction: its place, the value seen and the known values.

    Parameters
    ----------
    block : EquationsBlock
    """
    cases, run, figures = block.cases, block.run, block.figures
    yield from unknown_names("equations/run", run, cases)
    for line in unknown_names("equations/imports", block.imports, cases):
        yield f"{line}. Add a case of this name to equations/cases, with its library of terms"
    yield from unknown_names("equations/figures/cases", figures.cases, run)
    drawn = [cell.case for cell in figures.paths]
    yield from unknown_names("equations/figures/paths", drawn, cases)
    yield from _weak_alone(block)
    both = sorted(set(cases) & set(block.varying.cases))
    if both:
        yield f"equations/varying/cases: {both} are also in equations/cases; a case has one kind"
    if "oracle" in block.rules and len(block.rules) == 1:
        yield "equations/rules: the oracle knows the truth; add a rule that does not, such as auto"
    if block.written not in block.levels:
        yield f"equations/written: {block.written} is not among levels {block.levels}"
    yield from _predictions(block)
    yield from _latent(block)
    strange = sorted(set(block.rivals.levels) - set(block.levels))
    if strange:
        yield (
            f"equations/rivals/levels: {strange} are not among equations/levels {block.levels},"
            " so the rivals would have nothing to be compared with"
        )


def _predictions(block: EquationsBlock) -> Iterator[str]:
    """Yield a line for each initial state without a law, or without a file for its arrays."""
    for name, entry in block.predictions.items():
        place = f"equations/predictions/{name}"
        if (entry.case is None) == (entry.law is None):
            yield f"{place}: `case` and `law` are both {'absent' if entry.law is None else 'given'}; give one"
        if entry.case is not None:
            yield from unknown_names(f"{place}/case", [entry.case], block.cases)
        named = [*entry.fields.values(), *(entry.inputs or {}).values(), entry.times]
        named += [*(entry.axes or {}).values(), *(entry.truth or {}).values()]
        arrays = [one for one in named if isinstance(one, str)]
        if arrays and entry.path is None:
            yield f"{place}: arrays {arrays} are named, but no `path`; give the file that holds them"


def _latent(block: EquationsBlock) -> Iterator[str]:
    """Yield a line for each case of latent coordinates without what its kind needs."""
    latent = block.latent
    yield from unknown_names("equations/latent/run", latent.run, latent.cases)
    for name, case in latent.cases.items():
        place = f"equations/latent/cases/{name}"
        own = case.kind == "series"
        if own and case.path is None:
            yield f"{place}: kind is series, but no `path`; give the file that holds the snapshots"
        if not own and case.size is None:
            yield f"{place}: no `size`; say how many runs or pictures to learn from"
        useless = [n for n in ("path", "array", "step") if getattr(case, n) is not None]
        if not own and useless:
            yield f"{place}: {useless} belong to kind series, but kind is {case.kind}; leave them out"
        yield from _order(place, case)


def _order(place: str, case: LatentCase) -> Iterator[str]:
    """Yield a line for what a law of the order of a case needs and does not have."""
    ours, kinds = ORDERS[case.order]
    if getattr(case, ours) is None:
        yield f"{place}: no `{ours}`, but order {case.order} is found by it; give its settings"
    if case.kind not in kinds:
        yield f"{place}: kind {case.kind} has no law of order {case.order}; expected one of {kinds}"
    if case.order == SECOND and case.latents != 1:
        yield f"{place}: {case.latents} latents, but laws of order 2 have one coordinate; set 1"
    if case.derivative is not None and case.kind not in DIFFERENTIATED:
        yield (
            f"{place}: `derivative` belongs to kinds {DIFFERENTIATED}, but kind is {case.kind};"
            " leave it out"
        )
    known = case.derivative
    if known is not None and known.accuracy % 2:
        yield f"{place}/derivative: accuracy {known.accuracy}; expected an even number"
    if known is not None and known.degree > 2 * known.half_width:
        yield (
            f"{place}/derivative: degree {known.degree} over {2 * known.half_width + 1} snapshots;"
            f" expected at most {2 * known.half_width}"
        )


def _weak_alone(block: EquationsBlock) -> Iterator[str]:
    """Yield a line for each case whose methods or rival cannot use its times."""
    for name, case in block.cases.items():
        others = sorted(set(case.methods) - {"weak"})
        uneven = name in block.imports and bool(block.imports[name].uneven)
        snapshots = case.settings is not None and bool(case.settings.snapshots)
        if others and snapshots:
            yield f"equations/cases/{name}/methods: {others} cannot use `snapshots: true`; only weak can"
        if others and uneven:
            yield (
                f"equations/cases/{name}/methods: {others} cannot use uneven times"
                f" (equations/imports/{name}/uneven); only weak can"
            )
        if case.rival is not None and uneven:
            yield (
                f"equations/cases/{name}/rival: PySINDy cannot use uneven times"
                f" (equations/imports/{name}/uneven); leave the rival out"
            )
