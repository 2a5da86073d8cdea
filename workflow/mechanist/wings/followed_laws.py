"""What the rules ask that follow found laws from initial states of a user's."""

from collections.abc import Mapping

from mechanist.settings.entry_types.law_predictions_entries import LawPredictionEntry
from mechanist.settings.schema_errors import SettingsError
from mechanist.wings.equations import EquationsWing
from mechanist.wings.user_files import UserFiles
from mechanist.wings.wing import Files, Wildcards

#: Keys of an entry that say which law is followed; the others say from where.
_LAW: frozenset[str] = frozenset({"case", "method", "law"})


class FollowedLaws:
    """Questions of the rules that follow laws.

    Parameters
    ----------
    equations : EquationsWing
    """

    def __init__(self, equations: EquationsWing) -> None:
        self.equations = equations

    @property
    def _entries(self) -> Mapping[str, LawPredictionEntry]:
        return self.equations.block["predictions"]

    def law(self, wildcards: Wildcards) -> str:
        """Return the file of the law that is followed."""
        entry = self._entries[wildcards.specimen]
        if "law" in entry:
            return entry["law"]
        return f"{self.equations.folder(entry['case'])}/laws/{entry['method']}/law.json"

    def entry(self, wildcards: Wildcards) -> dict[str, object]:
        """Return the entry without the law."""
        entry = self._entries[wildcards.specimen]
        return {key: value for key, value in entry.items() if key not in _LAW}

    def place(self, wildcards: Wildcards) -> str:
        """Return where the entry is given."""
        return f"equations/predictions/{wildcards.specimen}"

    @property
    def user_files(self) -> UserFiles:
        """The file that an initial state is read from."""
        return UserFiles(lambda wildcards: self._entries[wildcards.specimen])

    def followed(self, wildcards: Wildcards | None = None) -> Files:
        """Return solutions and figures of all initial states.

        Raises
        ------
        SettingsError
            If there are none.
        """
        del wildcards
        if not self._entries:
            raise SettingsError(
                "no initial states to follow a law from are named; give each an entry under"
                " `equations/predictions` (docs/tutorials/use_a_law.md)"
            )
        return [
            file
            for name in self._entries
            for file in (
                f"<results>/equations/followed/{name}/solution.npz",
                f"<results>/figures/equations/followed_{name}.pdf",
            )
        ]
