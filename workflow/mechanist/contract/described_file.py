"""Say what a table of results holds: its columns with unit and meaning."""

from pathlib import Path

from mechanist.formats.tables import column_metadata, read_table


def describe_file(path: Path) -> str:
    """Return a readable text about a table.

    Parameters
    ----------
    path : Path
        Parquet file.

    Raises
    ------
    FormatError
        If there is no such file, or it cannot be read.
    """
    rows = read_table(path)
    told = column_metadata(path)
    lines = [f"{path}: {len(rows)} rows"]
    for name in rows.columns:
        said = ", ".join(f"{key}: {value}" for key, value in told.get(str(name), {}).items())
        lines.append(f"  {name}  {said}".rstrip())
    return "\n".join(lines)
