"""Requirements on the definition of an estimator that reads states.

Only the wing of an estimator knows what its states are, so its behaviour shows in a run: training
keeps the tested rows apart, and the scores of the model show whether it learns.
"""

import inspect
from collections.abc import Mapping
from typing import Final

from mechanist.contract.requirements import Broken, NotApplicable, Requirement, place_of
from mechanist.learn.state_estimator import (
    StateEstimator,
    call_of,
    make_state_estimator,
    missing_methods,
)
from mechanist.settings.state_estimator_names import METHODS, MODELS

_MANY: Final = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)


def state_requirements(name: str, cls: type, parameters: Mapping[str, object]) -> list[Requirement]:
    """Return the requirements on an estimator of states, each of which can rely on the previous ones.

    Parameters
    ----------
    name : str
        Name of its file.
    cls
        What the file assigns to ``STATE_ESTIMATOR``.
    parameters : mapping
        Parameters from the configuration.
    """

    def methods() -> None:
        missing = missing_methods(cls)
        if missing:
            raise Broken(
                f"no {' and no '.join(call.split('(')[0] for call in missing)}",
                expected=f"the methods {' and '.join(METHODS)} of learn/state_estimator.py",
                remedy=f"add {', '.join(missing)}",
            )

    def defaults() -> None:
        bare = [
            one.name
            for one in inspect.signature(cls).parameters.values()
            if one.default is one.empty and one.kind not in _MANY and one.name not in parameters
        ]
        if bare:
            raise Broken(
                f"{bare} without a default",
                expected="a default for every parameter, or its value given here",
                remedy="give each a default, or pass parameters to the check",
            )
        make_state_estimator(name, parameters)

    def signatures() -> None:
        made = make_state_estimator(name, parameters)
        for method in METHODS:
            own = inspect.signature(getattr(made, method))
            if not _accepts(own, method):
                raise Broken(
                    f"{method}{own}",
                    expected=f"what training calls: {call_of(method)}",
                    remedy="accept these arguments, even if some are not used",
                )

    def behaviour() -> None:
        raise NotApplicable(
            f"the behaviour shows only with states of samples; name {name!r} as the estimator of a"
            f" model in {MODELS} and run it at the smoke size"
        )

    asked = (
        ("methods", "the methods of an estimator that reads states", methods),
        ("defaults", "a default for every parameter", defaults),
        ("signatures", "the arguments that training gives", signatures),
        ("behaviour", "predictions that are learnt from training rows only", behaviour),
    )
    return [
        Requirement(label, says, f"estimator {name!r}", lambda: place_of(cls), test)
        for label, says, test in asked
    ]


def _accepts(own: inspect.Signature, method: str) -> bool:
    """Return whether a method takes all arguments of the interface, and those without a default."""
    listed = list(inspect.signature(getattr(StateEstimator, method)).parameters.values())[1:]
    first = [one for one in listed if one.kind is one.POSITIONAL_OR_KEYWORD]
    named = [one for one in listed if one.kind is one.KEYWORD_ONLY]
    for given in (named, [one for one in named if one.default is one.empty]):
        try:
            own.bind(*first, **{one.name: None for one in given})
        except TypeError:
            return False
    return True
