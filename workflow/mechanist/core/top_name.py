"""Names of metrics that rank the top fraction of the objects of a frame above the others."""


def top_name(metric: str, fraction: float) -> str:
    """Return the name of a ranking metric, such as ``auc_top10`` for the top 10 %."""
    return f"{metric}_top{100 * fraction:g}"
