"""Pages on the rules of the workflow, read from the Snakefiles as they are written.

Snakefiles are formatted by a tool, so that the indentation of a line says what it belongs to.
"""

import ast
import re
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from places import ROOT

RULE: Final = re.compile(r"^(?P<indent> *)(?:rule|checkpoint)(?: (?P<name>\w+))?:$")
SECTION: Final = re.compile(r"^ *(?P<name>[a-z_]+):(?P<rest>.*)$")
#: The caption that a rule of one figure states.
CAPTION: Final = re.compile(r"\bcaption=\"(\w+)\"")
#: Sections that a reader is shown, in this order.
SHOWN: Final = ("input", "output")


@dataclass
class Rule:
    """One rule: its name as written, the comment above it, its script and its sections."""

    name: str
    comment: str = ""
    script: str = ""
    sections: dict[str, str] = field(default_factory=dict)


def read_rules(text: str) -> list[Rule]:
    """Read the rules of a Snakefile.

    Parameters
    ----------
    text : str
        A Snakefile that snakefmt has formatted.
    """
    lines = text.split("\n")
    found = []
    for at, line in enumerate(lines):
        head = RULE.match(line)
        if head is None:
            continue
        indent = len(head["indent"])
        body = _block(lines, at + 1, indent)
        sections = _sections(body, indent + 4)
        name = head["name"] or _logged(sections)
        script = sections.pop("script", "").strip().strip('"')
        # A rule in a loop is told about above the loop.
        top = at if not indent else max(k for k in range(at) if lines[k][:1].strip())
        found.append(Rule(name, _comment(lines, top), script, sections))
    return found


def _block(lines: list[str], start: int, indent: int) -> list[str]:
    end = start
    while end < len(lines) and (
        not lines[end].strip() or lines[end].startswith(" " * (indent + 4))
    ):
        end += 1
    return lines[start:end]


def _sections(body: list[str], indent: int) -> dict[str, str]:
    sections: dict[str, str] = {}
    name = ""
    for line in body:
        found = SECTION.match(line) if len(line) - len(line.lstrip()) == indent else None
        if found:
            name, rest = found["name"], found["rest"].strip()
            sections[name] = f"{rest}\n" if rest else ""
        elif name and line.strip():
            sections[name] += f"{line[indent + 4 :]}\n"
    return sections


def _logged(sections: dict[str, str]) -> str:
    """Return the name of a rule whose name is computed: that of the folder of its benchmark."""
    found = re.search(r"<benchmarks>/(\w+)/", sections.get("benchmark", ""))
    return found[1] if found else "(unnamed)"


def _comment(lines: list[str], at: int) -> str:
    above = []
    while at and lines[at - 1].startswith("#"):
        at -= 1
        above.insert(0, lines[at].lstrip("# "))
    return " ".join(above)


def head_comment(text: str) -> list[tuple[str, str]]:
    """Return what the comment at the top of a Snakefile says, as pairs of a title and a text."""
    parts: list[tuple[str, str]] = []
    for line in text.split("\n"):
        if not line.startswith("#"):
            break
        titled = re.match(r"# ([A-Z ]+): (.*)", line)
        if titled:
            parts.append((titled[1].capitalize(), titled[2]))
        elif parts:
            parts[-1] = (parts[-1][0], f"{parts[-1][1]} {line.lstrip('# ')}")
        else:
            parts.append(("", line.lstrip("# ")))
    return parts


def purpose(script: str) -> str:
    """Return the first paragraph of a script's docstring; ``script`` as a rule names it."""
    path = ROOT / "workflow" / script.removeprefix("../")
    if not script or not path.exists():
        return ""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(text.partition("\n\n")[0].split())


def rules_page(path: Path) -> str:
    """Return the page on one file of rules."""
    text = path.read_text(encoding="utf-8")
    lines = [f"# Rules in {path.name}", ""]
    for title, said in head_comment(text):
        lines += [f"**{title}.** {_code(said)}" if title else _code(said), ""]
    for rule in read_rules(text):
        lines += [f"## {rule.name}", ""]
        told = [one for one in (rule.comment, purpose(rule.script)) if one]
        lines += [*(line for one in told for line in (one, ""))]
        if rule.script:
            lines += [f"Script: `workflow/{rule.script.removeprefix('../')}`", ""]
        for name in SHOWN:
            if name in rule.sections:
                body = textwrap.dedent(rule.sections[name]).rstrip()
                lines += [f"{name.capitalize()}:", "", "```python", body, "```", ""]
    return "\n".join(lines)


def index_page(paths: list[Path]) -> str:
    """Return the page that lists all files of rules."""
    lines = [
        "# Rules",
        "",
        "Every rule of the workflow, with its inputs and outputs as the Snakefiles state them. A name such",
        "as `GLASS.figures` is a question that the [wing](../../new_wing.md) answers, because the files depend on the",
        "configuration; `<results>` is the folder of the run. `snakemake -n <file>` lists the jobs that a file needs.",
        "",
        "| file | rules |",
        "|---|---|",
    ]
    for path in paths:
        names = [f"`{rule.name}`" for rule in read_rules(path.read_text(encoding="utf-8"))]
        if names:
            lines.append(f"| [{path.name}]({page_name(path)}) | {', '.join(names)} |")
    return "\n".join(lines) + "\n"


def rule_files() -> list[Path]:
    """Return every Snakefile that has rules."""
    paths = [ROOT / "workflow/Snakefile", *sorted((ROOT / "workflow/rules").glob("*.smk"))]
    return [path for path in paths if read_rules(path.read_text(encoding="utf-8"))]


def captions_of_rules() -> dict[str, str]:
    """Return the caption of each rule that states one, by the name of the rule."""
    found = [rule for path in rule_files() for rule in read_rules(path.read_text(encoding="utf-8"))]
    stated = {rule.name: CAPTION.search(rule.sections.get("output", "")) for rule in found}
    return {name: match[1] for name, match in stated.items() if match}


def page_name(path: Path) -> str:
    """Return the name of the page of a file of rules."""
    return f"{path.stem.lower()}.md"


def _code(text: str) -> str:
    """Put words that are no prose into code marks: paths, patterns and placeholders."""
    words = [
        re.sub(r"^(.*?)([,;.:]*)$", r"`\1`\2", w) if set(w) & set("<*{/_") else w
        for w in text.split()
    ]
    return " ".join(words)
