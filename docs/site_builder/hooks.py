"""What MkDocs calls while it builds the site: pages that are generated, links, values, formulae."""

import os
from pathlib import Path

import api_pages
import formulae
import gallery
import values
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from places import READ_IN, ROOMS, ROOT, heading_name, module_page, public_modules, with_links

import rules

#: Path in the repository of each page that is read from outside docs/.
SOURCE = {page: file for file, page in READ_IN.items()}
KNOWN = values.sources()
#: Entries of the navigation in mkdocs.yml that stand for generated pages.
RULES, MODULES, GALLERY = "generated: rules", "generated: modules", "generated: gallery"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put generated pages into the navigation, and name headings as other readers of Markdown do."""
    config.mdx_configs.setdefault("toc", {})["slugify"] = heading_name
    config.nav = [_expanded(entry) for entry in config.nav or []]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are generated, and the files that they show."""
    made = {page: (ROOT / file).read_text(encoding="utf-8") for file, page in READ_IN.items()}
    made |= _rule_pages() | _module_pages()
    run = gallery.chosen_run(os.environ.get("RUN"))
    made["gallery/index.md"] = gallery.index(run)
    for page in gallery.PAGES:
        text, shown = gallery.shown_page(page, run)
        made[f"gallery/{page}.md"] = text
        for figure in shown:
            for path in (figure.picture, figure.table):
                if path.exists() and path.stat().st_size < gallery.LARGEST_TABLE:
                    target = f"gallery/files/{figure.name}{path.suffix}"
                    files.append(File.generated(config, target, abs_src_path=str(path.resolve())))
    for page, text in made.items():
        files.append(File.generated(config, page, content=text))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Fill in values and rewrite links."""
    name = page.file.src_uri
    if name.startswith(("reference/api/", "reference/rules/", "gallery/")):
        return markdown
    file = SOURCE.get(name, f"docs/{name}")
    return with_links(values.with_values(markdown, name, KNOWN), file, name)


def on_page_content(html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Draw formulae."""
    return formulae.with_formulae(html)


def _expanded(entry: object) -> object:
    """Return an entry of the navigation with the generated pages in place of their name."""
    if isinstance(entry, dict):
        return {title: _expanded(below) for title, below in entry.items()}
    if isinstance(entry, list):
        return [_expanded(one) for one in entry]
    if entry == RULES:
        pages = {
            path.name: f"reference/rules/{rules.page_name(path)}" for path in rules.rule_files()
        }
        return ["reference/rules/index.md", *({name: page} for name, page in pages.items())]
    if entry == GALLERY:
        pages = {title: f"gallery/{page}.md" for page, (title, _) in gallery.PAGES.items()}
        return ["gallery/index.md", *({title: page} for title, page in pages.items())]
    if entry == MODULES:
        return ["reference/api/index.md", *_module_entries()]
    return entry


def _module_entries() -> list[object]:
    entries: list[object] = [_module_entry(path) for path in api_pages.of_room("")]
    for room in ROOMS:
        below = [_module_entry(path) for path in api_pages.of_room(room)]
        entries.append({room: [f"reference/api/{room}/index.md", *below]})
    return entries


def _module_entry(path: Path) -> dict[str, str | None]:
    return {path.stem: module_page(str(path.relative_to(ROOT)))}


def _rule_pages() -> dict[str, str]:
    paths = rules.rule_files()
    pages = {f"reference/rules/{rules.page_name(path)}": rules.rules_page(path) for path in paths}
    return {"reference/rules/index.md": rules.index_page(paths), **pages}


def _module_pages() -> dict[str, str]:
    pages = {"reference/api/index.md": api_pages.index_text()}
    pages |= {f"reference/api/{room}/index.md": api_pages.room_text(room) for room in ROOMS}
    for path in public_modules():
        pages[str(module_page(str(path.relative_to(ROOT))))] = api_pages.module_text(path)
    return pages
