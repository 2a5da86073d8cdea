"""The tutorial runner detects every kind of error in a tutorial."""

import re
from pathlib import Path

import pytest

from tutorials import ANY, FENCE, TutorialError, blocks, compare, follow

ROOT = Path(__file__).parents[3]
PAGES = sorted((ROOT / "docs/tutorials").glob("*.md"))
GOOD = """Write `notes/one.txt`:

```python
first
second
```

```sh
cat notes/one.txt
```

```text
first
second
```

Look for what is not there:

```sh
grep third notes/one.txt  # fails
```
"""


def followed(text: str, folder: Path) -> None:
    page = folder / "page.md"
    page.write_text(text)
    follow(page, folder)


def test_files_are_written_commands_run_and_output_is_compared(tmp_path: Path) -> None:
    followed(GOOD, tmp_path)
    assert (tmp_path / "notes/one.txt").read_text() == "first\nsecond\n"


@pytest.mark.parametrize(
    ("good", "damaged", "said"),
    [
        ("```text\nfirst", "```text\nfirst of all", r"page.md:12: the output lacks"),
        ("```text\nfirst\nsecond\n", "```text\nfirst\n", r"page.md:12: the output lacks"),
        ("cat notes/one.txt", "cat notes/two.txt", r"page.md:8: exit code 1, expected success"),
        ("cat notes/one.txt", "false\ncat notes/one.txt", r"page.md:8: exit code 1"),
        ("cat notes/one.txt", "false | cat notes/one.txt", r"page.md:8: exit code 1"),
        ("grep third", "grep second", r"page.md:19: exit code 0, expected a failure"),
        ("Write `notes/one.txt`:", "Write a file:", r"page.md:3: .* the name of the file"),
        ("```sh\ncat notes/one.txt\n```\n", "", r"page.md:9: output without a command"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    good: str, damaged: str, said: str, tmp_path: Path
) -> None:
    assert GOOD.count(good) == 1
    with pytest.raises(TutorialError, match=said):
        followed(GOOD.replace(good, damaged), tmp_path)


@pytest.mark.parametrize(
    ("quoted", "printed", "same"),
    [
        ("a\nb", "a\nb", True),
        ("a\nb", "a\nb\nc", False),
        ("b\nc", "a\nb\nc", False),
        ("a\n...\nd", "a\nb\nc\nd", True),
        ("a\n...\nd", "a\nd", True),
        ("...\nd", "a\nd", True),
        ("...\nd", "a\nd\ne", False),
        ("a\n...", "a\nd\ne", True),
        ("...\nb\n...\nb", "a\nb", False),
        ("...\nb\n...\nb", "b\na\nb", True),
        ("took ... s (+)", "took 1.2 s (+)", True),
        ("took ... s (+)", "took 1.2 m (+)", False),
        ("", "a", False),
        ("a  b", "a b", True),
        ("a b", "ab", False),
        ("r2 ~0.63 [~-0.5, 1]", "r2  0.57 [-0.41, 1]", True),
        ("r2 ~0.63 [~-0.5, 1]", "r2  0.57 [-0.1, 1]", False),
        ("r2 ~0.63", "r2 none", False),
        ("~600 s", "550 s", True),
        ("~600 s", "400 s", False),
    ],
)
def test_quotes_hold_for_all_that_is_printed_but_what_they_leave_out(
    quoted: str, printed: str, same: bool
) -> None:
    if same:
        compare(quoted, printed, "here")
    else:
        with pytest.raises(TutorialError):
            compare(quoted, printed, "here")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_of_pages_lead_somewhere(page: Path) -> None:
    prose = FENCE.sub("", page.read_text(encoding="utf-8"))
    for link in re.findall(r"\]\(((?!http)[^)#]+)", prose):
        assert (page.parent / link).exists(), link


def test_every_page_is_listed() -> None:
    listed = (ROOT / "docs/tutorials/README.md").read_text(encoding="utf-8")
    assert len(PAGES) > 1
    assert {page.name for page in PAGES} - {"README.md"} == set(
        re.findall(r"\((\w+\.md)\)", listed)
    )
    assert "(docs/tutorials/README.md)" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_quote_says_something() -> None:
    quotes = [b for page in PAGES for b in blocks(page.read_text()) if b.language == "text"]
    assert quotes
    for quote in quotes:
        assert quote.body.replace(ANY, "").strip(), quote
