"""The documentation site in a browser: search, navigation, width, and nothing from elsewhere."""

import re
from pathlib import Path

import pytest
from conftest import SITE, Quiet
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as until
from selenium.webdriver.support.ui import WebDriverWait

PAGES = (
    "", "explanation/glass/", "explanation/dislocation/", "explanation/equations/", "explanation/crystal/",
    "explanation/measuring/", "howto/strain/", "howto/folder/", "gallery/", "gallery/glass/", "gallery/trust/",
    "configuration/", "formats/", "glossary/", "reference/your_data/", "reference/results/",
    "reference/rules/equations/", "reference/api/", "reference/api/api/", "reference/api/discover/weak/",
    "reference/api/assess/metrics/", "tutorials/field_data/", "about/readme/", "records/mutants/",
)  # fmt: skip
#: Seconds to wait for what a script of the page does.
PATIENCE = 60


def resized(browser: webdriver.Chrome, width: int, height: int = 1000) -> None:
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def overflow(browser: webdriver.Chrome) -> int:
    """Return by how many pixels the page is wider than the window."""
    measured: int = browser.execute_script(
        "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return measured


def test_the_search_finds_the_glossary(browser: webdriver.Chrome, address: str) -> None:
    resized(browser, 1400)
    browser.get(f"{address}/")
    field = browser.find_element(By.CSS_SELECTOR, "input.md-search__input")
    WebDriverWait(browser, PATIENCE).until(until.element_to_be_clickable(field)).click()
    field.send_keys("D2min")
    result = (By.CSS_SELECTOR, ".md-search-result__link[href*='glossary']")
    link = WebDriverWait(browser, PATIENCE).until(until.presence_of_element_located(result))
    browser.get(link.get_attribute("href"))
    text = browser.find_element(By.TAG_NAME, "article").text
    assert browser.title.startswith("Glossary")
    assert "Non-affine displacement" in text


def test_the_navigation_leads_to_every_part(browser: webdriver.Chrome, address: str) -> None:
    resized(browser, 1400)
    browser.get(f"{address}/")
    tabs = browser.find_elements(By.CSS_SELECTOR, ".md-tabs__link")
    parts = {tab.text: tab.get_attribute("href") for tab in tabs}
    assert list(parts) == ["Start", "Tutorials", "Recipes", "Gallery", "Explanation", "Reference"]
    heads = []
    for part in list(parts)[1:]:
        browser.find_element(By.LINK_TEXT, part).click()
        WebDriverWait(browser, PATIENCE).until(until.url_to_be(parts[part]))
        heads.append(browser.find_element(By.TAG_NAME, "h1").text.rstrip("¶"))
    assert heads == [
        "Tutorials",
        "Recipes",
        "Gallery",
        "Explanation",
        "All keys of the configuration",
    ]


@pytest.mark.parametrize("width", [1400, 400])
def test_no_page_is_wider_than_the_window(
    browser: webdriver.Chrome, address: str, width: int
) -> None:
    resized(browser, width)
    wide = {}
    for page in PAGES:
        browser.get(f"{address}/{page}")
        if overflow(browser) > 0:
            wide[page] = overflow(browser)
    assert wide == {}
    # The measure itself must notice a page that is too wide.
    browser.execute_script(
        "document.querySelector('article').innerHTML += '<div style=\"width:3000px\">x</div>'"
    )
    assert overflow(browser) > 0


def test_pages_load_nothing_from_elsewhere(browser: webdriver.Chrome, address: str) -> None:
    Quiet.lost.clear()
    browser.get_log("browser")
    loaded: set[str] = set()
    for page in PAGES:
        browser.get(f"{address}/{page}")
        loaded |= set(
            browser.execute_script(
                "return performance.getEntriesByType('resource').map(e => e.name)"
            )
        )
    for part in (
        "assets/stylesheets/main.",
        "assets/javascripts/bundle.",
        "site.css",
        "strain.png",
    ):
        assert any(part in name for name in loaded), part
    assert {name for name in loaded if not name.startswith((address, "data:", "blob:"))} == set()
    assert Quiet.lost == []
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []


def test_formulae_are_drawn(browser: webdriver.Chrome, address: str) -> None:
    browser.get(f"{address}/explanation/glass/")
    formulae = browser.find_elements(By.TAG_NAME, "math")
    assert len(formulae) > 5
    assert all(formula.size["width"] > 3 for formula in formulae)


def test_no_page_shows_what_should_have_been_filled_in() -> None:
    pages = sorted(SITE.rglob("*.html"))
    assert len(pages) > 400
    left = re.compile(
        r"\{\{ (headline|config) |<!-- (readme|published)|:(func|class|mod|data|meth):<code>"
    )
    assert [str(page.relative_to(SITE)) for page in pages if left.search(text_of(page))] == []


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")
