"""Read a checked configuration into its models."""

from collections.abc import Mapping

from pydantic import ValidationError

from mechanist.settings.models.settings_model import Settings
from mechanist.settings.schema_errors import SettingsError


def typed_settings(settings: Mapping[str, object]) -> Settings:
    """Return a configuration as typed entries.

    Parameters
    ----------
    settings : mapping
        A configuration that fits its schema.

    Raises
    ------
    SettingsError
        If a value is refused that JSON Schema cannot judge, such as one that is not a number (NaN).
    """
    try:
        return Settings.model_validate(settings)
    except ValidationError as error:
        lines = [
            f"  {'/'.join(map(str, one['loc']))}: {one['msg']}, not {one['input']!r}"
            for one in error.errors()
        ]
        raise SettingsError("\n".join(["the configuration is not valid:", *lines])) from error
