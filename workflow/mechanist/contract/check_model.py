"""Check that an estimator, defined in its own file or a shared one, meets the contract of a model.

From a shell, in the folder of the repository::

    PYTHONPATH=workflow .venv/bin/python -m mechanist.contract.check_model NAME
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from mechanist.contract.model_behaviour import Behaviour, Test
from mechanist.contract.requirements import (
    Broken,
    Outcome,
    Requirement,
    Status,
    asked_name,
    examine,
    place_of,
    report,
)
from mechanist.contract.state_requirements import state_requirements
from mechanist.learn import estimators
from mechanist.learn.estimator import Kind, find_estimator
from mechanist.learn.estimators.catalogue import (
    CLASSIFICATION,
    ESTIMATORS,
    REGRESSION,
    estimator_kind,
)
from mechanist.learn.state_estimator import state_class
from mechanist.settings.estimator_names import OWN, estimators_in_files
from mechanist.settings.names import suggestion
from mechanist.settings.state_estimator_names import OF_STATES


def check_model(
    name: str,
    parameters: Mapping[str, object] | None = None,
    *,
    on_fail: Literal["raise", "return"] = "raise",
) -> list[Outcome]:
    """Examine every requirement on the estimator that configurations call ``name``.

    Parameters
    ----------
    name : str
        Name of a file ``learn/estimators/<name>.py`` that defines ``ESTIMATOR`` or
        ``STATE_ESTIMATOR``, or a name in ``ESTIMATORS``.
    parameters : mapping, optional
        Parameters from the configuration.
    on_fail : {"raise", "return"}
        Whether the first broken requirement ends the check.

    Raises
    ------
    ContractError
        If a requirement is broken and ``on_fail`` is ``"raise"``. The message states the
        requirement, the place, the value seen, the value expected, and the remedy.
    """
    found = _definition(name)
    outcomes = examine([found], on_fail=on_fail)
    if outcomes[0].status == Status.FAILED:
        return outcomes  # an estimator that is not found cannot be used
    ordered = state_class(name) is not None
    return outcomes + examine(_further(name, parameters), on_fail=on_fail, ordered=ordered)


def _definition(name: str) -> Requirement:
    expected = f"a file learn/estimators/{name}.py that assigns its class to {OWN} or {OF_STATES}"

    def test() -> None:
        if state_class(name) is not None:
            return
        if name in ESTIMATORS or find_estimator(name) is not None:
            estimator_kind(name)
            return
        folders = [Path(folder) for folder in estimators.__path__]
        if any((folder / f"{name}.py").is_file() for folder in folders):
            raise Broken(
                f"the file sets neither {OWN} nor {OF_STATES}",
                expected=expected,
                remedy=f"end the file with {OWN} = YourClass",
            )
        known = sorted({*ESTIMATORS, *estimators_in_files(folders)})
        raise Broken(
            "no such estimator",
            expected=f"{expected}, or a known name; known are {', '.join(known)}",
            remedy=f"write the file, or correct the name{suggestion(name, known)}",
        )

    return Requirement(
        "definition", expected, f"estimator {name!r}", lambda: f"learn/estimators/{name}.py", test
    )


def _further(name: str, parameters: Mapping[str, object] | None) -> list[Requirement]:
    """Return the requirements on an estimator that is defined."""
    of_states = state_class(name)
    if of_states is not None:
        return state_requirements(name, of_states, parameters or {})
    return _behaviour(name, estimator_kind(name), parameters)


def _behaviour(name: str, kind: Kind, parameters: Mapping[str, object] | None) -> list[Requirement]:
    def where() -> str:
        return place_of(kind.signed or kind.factory)

    return [
        Requirement(f"{label} ({task})", expected, f"estimator {name!r}", where, test)
        for task in (REGRESSION, CLASSIFICATION)
        if task in kind.tasks
        for label, expected, test in _asked(name, kind, task, parameters)
    ]


def _asked(
    name: str, kind: Kind, task: Literal["regression", "classification"],
    parameters: Mapping[str, object] | None,
) -> Iterator[tuple[str, str, Test]]:  # fmt: skip
    yield from Behaviour(name, kind, task, dict(parameters or {})).requirements()


def main(name: str) -> int:
    """Print the outcome of every requirement and return 0 if none is broken."""
    outcomes = check_model(name, on_fail="return")
    sys.stdout.write(report(outcomes) + "\n")
    return int(any(outcome.status == Status.FAILED for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main(asked_name(__doc__, "NAME")))
