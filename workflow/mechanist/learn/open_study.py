"""Open a study: read the data that a model needs, whatever its rows are and whatever it reads."""

from collections.abc import Callable, Mapping
from typing import Final

from mechanist.learn.from_states import open_states
from mechanist.learn.learner import Learner
from mechanist.learn.study import OBJECTS, SAMPLES, STATES, TABLES, Study, StudyFiles
from mechanist.learn.whole_samples import open_whole_samples
from mechanist.learn.within_samples import open_within_samples
from mechanist.learn.within_states import open_within_states
from mechanist.settings.entry_types.block_entries import ModelEntry

Opener = Callable[[Study, ModelEntry, StudyFiles], Learner]
OPENERS: Final[Mapping[tuple[str, str], Opener]] = {
    (OBJECTS, TABLES): open_within_samples,
    (SAMPLES, TABLES): open_whole_samples,
    (SAMPLES, STATES): open_states,
    (OBJECTS, STATES): open_within_states,
}


def open_study(study: Study, model: ModelEntry, files: StudyFiles) -> Learner:
    """Validate a model's entry, then read the data of its study.

    Parameters
    ----------
    study : Study
    model : mapping
        Entry of the configuration.
    files : StudyFiles

    Raises
    ------
    ValueError
        If no such study is known, or the model or its data do not fit it.
    FormatError
        If a file has the wrong content.
    """
    opener = OPENERS.get((study.subject, study.reads))
    if opener is None:
        known = [f"{reads} of {subject}" for subject, reads in OPENERS]
        raise ValueError(
            f"a study of {study.subject} by models that read {study.reads} is unknown; known are"
            f" models that read {', '.join(known)}"
        )
    return opener(study, model, files)
