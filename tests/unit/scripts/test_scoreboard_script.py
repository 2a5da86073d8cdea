"""The script of the scoreboard: it checks what was published, and states the learning curves."""

import runpy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
import yaml

from mechanist.core.errors import FormatError
from mechanist.formats.tables import write_table
from published_boards import MODELS, VALUES, content, row, score_files
from scripts.report import scoreboard

SCHEMA = Path(__file__).parents[3] / "workflow/schemas/published.schema.yaml"


def curve(path: Path, model: str, **values: float) -> Path:
    """Write a learning curve with scores of two metrics."""
    rows = [
        {"model": model, "target": "d2min", "metric": metric, "n_train": 8, "draw": 0, "value": x}
        for metric, x in values.items()
    ]
    write_table(path, pd.DataFrame(rows), check=False)
    return path


def written(folder: Path, curves: list[Path], *, level: float = 0.9, **changes: Any) -> str:
    """Run the script on one published row, and return its text."""
    published = folder / "published.yaml"
    published.write_text(yaml.safe_dump(content(row(**changes))))
    scoreboard.main(
        published, SCHEMA, score_files(folder, VALUES), curves, folder / "s.csv", folder / "s.md",
        folder / "s.html", models=MODELS, level=level, metric="r2",
    )  # fmt: skip
    lines = (folder / "s.csv").read_text().splitlines()
    assert [line.split(",")[0] for line in lines] == ["id"] + ["someone"] * 7
    return (folder / "s.md").read_text()


def test_every_curve_is_stated_by_the_metric_that_is_asked_for(tmp_path: Path) -> None:
    curves = [
        curve(tmp_path / "a.parquet", "svm", r2=0.111, spearman=0.999),
        curve(tmp_path / "b.parquet", "ridge", spearman=0.888, r2=0.222),
    ]
    text = written(tmp_path, curves)
    assert "Support vectors, r2 of d2min by number of training samples: 0.111 from 8." in text
    assert "Ridge, r2 of d2min by number of training samples: 0.222 from 8." in text
    assert "0.999" not in text
    assert "0.888" not in text
    assert "0.111 from 8" in (tmp_path / "s.html").read_text()


def test_without_curves_nothing_is_said_of_them(tmp_path: Path) -> None:
    assert "number of training samples" not in written(tmp_path, [])


@pytest.mark.parametrize(("level", "text"), [(0.9, "90 %"), (0.8, "80 %")])
def test_the_level_of_the_intervals_is_that_of_the_run(
    tmp_path: Path, level: float, text: str
) -> None:
    found = written(tmp_path, [], level=level)
    assert text in found
    assert "95 %" not in found


def test_published_results_that_do_not_fit_are_refused_before_anything_is_written(
    tmp_path: Path,
) -> None:
    with pytest.raises(FormatError, match="'guessed' is not allowed"):
        written(tmp_path, [], status="guessed")
    assert not (tmp_path / "s.csv").exists()


def test_snakemake_hands_every_file_to_its_place(tmp_path: Path) -> None:
    published = tmp_path / "published.yaml"
    published.write_text(yaml.safe_dump(content(row())))
    curves = [curve(tmp_path / "a.parquet", "svm", r2=0.111, spearman=0.999)]
    names = {kind: str(tmp_path / f"s.{kind}") for kind in ("csv", "md", "html")}
    job = SimpleNamespace(
        log=[str(tmp_path / "log")],
        input=SimpleNamespace(
            published=str(published),
            schema=str(SCHEMA),
            scores=[str(path) for path in score_files(tmp_path, VALUES)],
            curves=[str(path) for path in curves],
        ),
        output=SimpleNamespace(**names),
        params=SimpleNamespace(models=MODELS, level=0.8, metric="spearman"),
    )
    assert scoreboard.__file__ is not None
    runpy.run_path(scoreboard.__file__, {"snakemake": job}, "__main__")
    assert Path(names["csv"]).read_text().startswith("id,")
    text = Path(names["md"]).read_text()
    assert "spearman of d2min by number of training samples: 0.999 from 8." in text
    assert "80 %" in text
    assert "<html" in Path(names["html"]).read_text()
