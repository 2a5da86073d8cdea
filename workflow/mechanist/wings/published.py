"""What the scoreboard reads: scores of the systems beside which published values stand."""

from collections.abc import Iterator, Mapping

from mechanist.assess.published_rows import PublishedContent, PublishedRow
from mechanist.settings.entry_types.block_entries import LabelEntry
from mechanist.wings.figures import Report, figure_outputs
from mechanist.wings.wing import Files, Wildcards, Wing


class Scoreboard:
    """Questions of the rules of the scoreboard.

    Parameters
    ----------
    wings : mapping of str to Wing
        All wings by name.
    published : dict
        Content of ``config/published.yaml``.
    """

    def __init__(self, wings: Mapping[str, Wing], published: PublishedContent) -> None:
        self.wings = wings
        self.published = published

    def rows(self) -> Iterator[PublishedRow]:
        """Yield the published rows beside which this run sets a score of its own."""
        for row in self.published["rows"]:
            if "ours" in row and row["ours"]["system"] in self.wings[row["wing"]].systems():
                yield row

    def models(self, wildcards: Wildcards | None = None) -> dict[str, Mapping[str, LabelEntry]]:
        """Return the models of every wing, for their labels and roles."""
        del wildcards
        return {name: wing.models() for name, wing in self.wings.items()}

    def scores(self, wildcards: Wildcards | None = None) -> Files:
        """Return the scores of all models that published rows or figures name."""
        del wildcards
        files: set[str] = set()
        for row in self.rows():
            ours, wing = row["ours"], self.wings[row["wing"]]
            named = {ours["model"], *row["baselines"].values(), *row["rivals"]}
            base = f"{wing.folder(ours['system'])}/scores"
            asked = {f"{base}/{model}.json" for model in named | wing.shown_models()}
            made = wing.score_files()
            files |= asked if made is None else asked & made
        return sorted(files)

    def shown_wings(self) -> list[str]:
        """Return the wings with a score on the scoreboard."""
        return sorted({row["wing"] for row in self.rows()})

    def figures(self, wildcards: Wildcards | None = None) -> Files:
        """Return a figure for every wing with a score on the scoreboard."""
        del wildcards
        return [f"<results>/figures/scoreboard_{wing}.pdf" for wing in self.shown_wings()]

    def figure_files(self, report: Report) -> Files:
        """Return the output files of all these figures, which one job draws."""
        return [
            file
            for wing in self.shown_wings()
            for file in figure_outputs(
                report,
                f"<results>/figures/scoreboard_{wing}",
                caption="scoreboard",
                category="Scoreboard",
                labels={"figure": f"scoreboard, {wing}"},
            ).values()
        ]
