"""The last lines of a run: where its results are, what they warn of, and why jobs failed.

Snakemake prints more after its handlers have run, so that these lines wait until the process ends.
"""

import atexit
import json
import logging
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

from mechanist.core.refusals import last_reason
from mechanist.wings.provenance import Named

#: Rules that apply what was learnt to a sample of the user's, and what their tables hold.
PREDICTING: Final = {
    "glass_predict": "tables and files for OVITO",
    "crystal_predict": "tables and files for ParaView",
    "dislocation_predict": "curve and state",
    "equations_follow": "solution",
}
#: The rule that finds equations, and the file of its law.
FINDING: Final = ("equations_discover", "law.json")
#: How Snakemake says that all that was asked for is there.
IDLE: Final = "Nothing to be done"
#: Failed jobs, laws, files and folders that are listed; of more, the number is told.
MOST_LISTED: Final = 5
#: Pages and tables of a whole run that have no other line, by the end of their path.
PAGES: Final = {"scoreboard.html": "scoreboard", "paper.pdf": "article", "audit.csv": "audit"}


class EndedJob(Protocol):
    """A job of Snakemake, as far as the last lines need it."""

    @property
    def rule(self) -> Named:
        """Its rule."""
        ...

    @property
    def input(self) -> Iterable[str]:
        """Files that it reads."""
        ...

    @property
    def output(self) -> Iterable[str]:
        """Files that it writes."""
        ...

    @property
    def log(self) -> Iterable[str]:
        """Its log."""
        ...

    @property
    def wildcards(self) -> "Values":
        """What distinguishes it from other jobs of its rule."""
        ...


class Values(Protocol):
    """Wildcards of a job."""

    def items(self) -> Iterable[tuple[str, str]]:
        """Return names and values."""
        ...


class IdleWorkflow(Protocol):
    """Snakemake's workflow, as far as the last lines of a run without jobs need it."""

    dryrun: bool
    dag: "Jobs"


class Jobs(Protocol):
    """All jobs that a run could have, finished ones too."""

    jobs: Iterable[EndedJob]
    targetjobs: Iterable[EndedJob]


class _WhenIdle(logging.Filter):
    """Tells results when Snakemake says that there is nothing to do; it lets every message pass."""

    def __init__(self, workflow: IdleWorkflow) -> None:
        super().__init__()
        self.workflow = workflow

    def filter(self, record: logging.LogRecord) -> bool:
        if record.getMessage().startswith(IDLE) and not self.workflow.dryrun:
            tell_results(self.workflow.dag.jobs, self.workflow.dag.targetjobs)
        return True


def tell_results_when_idle(logger: logging.Logger, workflow: IdleWorkflow) -> None:
    """Let a run that has nothing to do tell its results too.

    Snakemake calls no handler after such a run. Without its last lines, a user who mends or removes a row
    that failed would never see where the results of the others are, and what they warn of.

    Parameters
    ----------
    logger : Logger
        That of Snakemake.
    workflow : IdleWorkflow
        The one whose jobs are told, in place of an earlier one.
    """
    for one in [one for one in logger.filters if isinstance(one, _WhenIdle)]:
        logger.removeFilter(one)
    logger.addFilter(_WhenIdle(workflow))


def tell_results(jobs: Iterable[EndedJob], targets: Iterable[EndedJob]) -> None:
    """Print, when the process ends, where the results are, and samples that models do not know.

    Parameters
    ----------
    jobs : iterable of EndedJob
        All jobs of a run that succeeded.
    targets : iterable of EndedJob
        Those that the command line names.
    """
    _at_exit([*result_lines(list(jobs), list(targets))])


def tell_failures(failed: Iterable[EndedJob], since: float) -> None:
    """Print, when the process ends, why jobs failed.

    Parameters
    ----------
    failed : iterable of EndedJob
        Failed jobs; of a group of jobs, the group or its jobs.
    since : float
        Start of the run, in seconds since the epoch.
    """
    _at_exit([*failure_lines(list(failed), since)])


def result_lines(jobs: Sequence[EndedJob], targets: Sequence[EndedJob]) -> Iterator[str]:
    """Yield lines for predicted samples, equations that were asked for and other results, then warnings."""
    asked = sorted({str(path) for job in targets for path in ([*job.output] or [*job.input])})
    asked = [path for path in asked if Path(path).exists()]
    warnings: list[str] = []
    told: list[str] = []
    for job in sorted(jobs, key=_title):
        holds = PREDICTING.get(job.rule.name)
        if holds is None:
            continue
        folder = Path(next(iter(job.output))).parent
        sample = "/".join(value for _, value in job.wildcards.items())
        told.append(str(folder))
        figures = sorted({p for p in asked if p.endswith(".pdf") and _draws(p, sample)})
        told += figures
        drawn = f"; figure: {', '.join(figures)}" if figures else ""
        yield f"{sample}: {holds} in {folder}{drawn}"
        warnings += _warnings(folder / "summary.json", sample)
    yield from _law_lines(jobs, set(asked))
    others = [path for path in asked if not any(path.startswith(one) for one in told)]
    yield from _other_lines(others)
    yield from warnings


def _law_lines(jobs: Sequence[EndedJob], asked: set[str]) -> Iterator[str]:
    """Yield the equations of the jobs whose files were asked for, with their verdicts."""
    rule, name = FINDING
    laws = [
        Path(path)
        for job in sorted(jobs, key=_title)
        if job.rule.name == rule and asked & {str(path) for path in job.output}
        for path in job.output
        if Path(path).name == name
    ]
    for law in laws[:MOST_LISTED]:
        said = json.loads(law.read_text(encoding="utf-8"))
        for one in said["equations"]:
            yield f"{said['name']}: {one['text']} ({one['verdict']}: {one['reason']})"
        for target in said["not_found"]:
            yield f"{said['name']}: no equation was found for {target}"
    if len(laws) > MOST_LISTED:
        yield f"The equations of {len(laws) - MOST_LISTED} more cases stand in their files {name}."


def _title(job: EndedJob) -> str:
    """Return rule and wildcards of a job."""
    values = ", ".join(f"{name} {value}" for name, value in job.wildcards.items())
    return f"{job.rule.name} ({values})" if values else job.rule.name


def _draws(path: str, sample: str) -> bool:
    """Return whether a figure is of a sample, by its name."""
    name = sample.replace("/", "_")
    return Path(path).stem in {name, f"followed_{name}"}


def _warnings(summary: Path, sample: str) -> Iterator[str]:
    """Yield a warning if a sample is outside what its model has seen."""
    said: Mapping[str, object] = json.loads(summary.read_text(encoding="utf-8"))
    # A followed law has notes in place of these reasons.
    reasons = said.get("outside", said.get("notes", []))
    if not isinstance(reasons, list) or not reasons:
        return
    listed = "; ".join(str(reason).rstrip(".") for reason in reasons)
    if "outside" in said:
        yield (
            f"Warning: {sample} is outside what the model {said.get('model')} has seen, so that its"
            f" predictions and intervals may be wrong: {listed}."
        )
    else:
        yield f"Warning: {sample}: {listed}."


def _other_lines(paths: Sequence[str]) -> Iterator[str]:
    """Yield where figures, pages and other files are, in a few lines."""
    figures = [path for path in paths if "/figures/" in path and path.endswith(".pdf")]
    folders = Counter(path[: path.index("/figures/")] + "/figures" for path in figures)
    for folder, count in folders.items():
        yield f"Figures: {count} in {folder} (PDF, SVG, PNG, and their data as CSV)."
    plain = [path for path in paths if "/figures/" not in path]
    pages = [(name, p) for end, name in PAGES.items() for p in plain if Path(p).name == end]
    if pages:
        listed = ", ".join(f"{name} {path}" for name, path in pages)
        yield f"Tables: {listed}. `make report` collects all figures in one file."
    rest = [path for path in plain if Path(path).name not in PAGES and not _of_page(path, plain)]
    if len(rest) > MOST_LISTED:
        places = Counter(str(Path(path).parent) for path in rest)
        most = [f"{place} ({count})" for place, count in places.most_common(MOST_LISTED)]
        more = len(places) - len(most)
        yield f"Files: {', '.join(most)}{f' and {more} more folders' * (more > 0)}."
    elif rest:
        yield f"Files: {', '.join(rest)}."


def _of_page(path: str, paths: Sequence[str]) -> bool:
    """Return whether a file is another form of a page that is listed already."""
    pages = [Path(one) for one in paths if Path(one).name in PAGES]
    return any(Path(path).with_suffix("") == page.with_suffix("") for page in pages)


def failure_lines(failed: Sequence[EndedJob], since: float) -> Iterator[str]:
    """Yield why jobs failed, a reason that several share once."""
    single = [one for job in failed for one in getattr(job, "jobs", [job])]
    reasons: dict[str, list[str]] = {}
    for job in sorted(single, key=_title):
        logs = [str(path) for path in job.log]
        said = next(filter(None, (last_reason(Path(log), since) for log in logs)), None)
        where = f"; traceback in {logs[0]}" if said and logs else ""
        unknown = "It left no reason in its log: see the messages above. Was it killed, for lack of memory?"
        reasons.setdefault(said or unknown, []).append(f"{_title(job)} failed{where}")
    for said, titles in list(reasons.items())[:MOST_LISTED]:
        more = len(titles) - 1
        others = f" ({more} more for the same reason)" if more else ""
        yield f"{titles[0]}{others}:\n{said}"
    more = len(reasons) - MOST_LISTED
    if more > 0:
        yield f"{more} more jobs failed for other reasons, which stand at the ends of their logs."


def _at_exit(lines: Sequence[str]) -> None:
    if lines:
        atexit.register(_say, "\n".join(lines))


def _say(text: str) -> None:
    print(f"\n{text}", file=sys.stderr, flush=True)
