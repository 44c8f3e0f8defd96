# SPDX-License-Identifier: AGPL-3.0-or-later
"""One small stylesheet for four languages in two directions, and pages that weigh little."""

from __future__ import annotations

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.template.loader import get_template, render_to_string
from django.test import Client, RequestFactory
from django.utils import translation

import amana
from amana.agencies import context
from amana.agencies.selectors import Shown
from amana.guidance.selectors import published
from amana.packs import load_pack
from amana.packs.words import LANGUAGES

PACKAGE = Path(amana.__file__).parent
STATIC = PACKAGE / "portal" / "static" / "portal"
TEMPLATES = [
    path
    for face in ("portal", "desk")
    for path in sorted((PACKAGE / face / "templates").rglob("*.html"))
]
PHYSICAL = re.compile(
    r"(?<![\w-])(left|right|float|(margin|padding|border)-(left|right|top|bottom)|"
    r"(min-|max-)?(width|height)|top|bottom)\s*:"
)
FOUR = re.compile(r"(?<![\w-])(margin|padding)\s*:\s*[^;}\s]+ [^;}\s]+ [^;}\s]+ [^;}\s]+")
PUBLIC = ["/help/", *(f"/help/{page.slug}/" for page in published()), "/nothing-here/"]


def css() -> str:
    return (STATIC / "amana.css").read_text("utf-8")


def without_queries(text: str) -> str:
    """A media query asks for a width; that is not a property."""
    return re.sub(r"@media[^{]*\{|/\*.*?\*/", "", text, flags=re.DOTALL)


def packed(data: bytes) -> int:
    return len(gzip.compress(data, compresslevel=9))


def test_the_stylesheet_knows_no_left_and_no_right() -> None:
    assert not PHYSICAL.findall(without_queries(css()))
    assert not FOUR.findall(without_queries(css()))


def test_the_search_for_physical_properties_can_fail() -> None:
    for wrong in ("a{left:0}", "a{margin-right: 1px}", "a{float:inline-start}", "a{width:3px}"):
        assert PHYSICAL.search(wrong)
    assert FOUR.search("a{padding:1px 2px 3px 4px}")
    assert not PHYSICAL.search("a{max-inline-size:3px;border-inline-start-width:1px}")


def test_nothing_is_fetched_by_the_stylesheet() -> None:
    assert not re.search(r"url\(|@import|@font-face", css())


def test_the_stylesheet_serves_dark_paper_quiet_motion_and_forced_colours() -> None:
    for query in (
        "prefers-color-scheme:dark",
        "@media print",
        "prefers-reduced-motion",
        "forced-colors:active",
    ):
        assert query in css()


def test_the_budget_of_the_files() -> None:
    assert packed(css().encode()) <= 5_000
    assert len(css()) <= 20_000
    assert (STATIC / "exit.js").stat().st_size <= 1_024
    assert packed((STATIC / "upload.js").read_bytes()) <= 3_500  # on the page of files alone
    for picture in (PACKAGE / "portal/templates/portal/pictures").glob("*.html"):
        assert picture.stat().st_size <= 2_048


@pytest.mark.db
@pytest.mark.parametrize("language", LANGUAGES)
def test_u18_a_first_page_with_all_it_needs_fits_into_14_kb(language: str) -> None:
    with_it = sum(packed((STATIC / name).read_bytes()) for name in ("amana.css", "exit.js"))
    with_it += (STATIC / "mark.svg").stat().st_size
    for path in PUBLIC:
        page = Client().get(path, headers={"accept-language": language}).content
        assert packed(page) + with_it <= 14_000, (path, packed(page), with_it)
        assert len(page) + len(css()) <= 50_000, path


class Page(HTMLParser):
    """What a test wants to know of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for found, attrs in self.tags if found == tag]


@pytest.mark.db
@pytest.mark.parametrize("path", PUBLIC)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_public_page_has_its_bones(path: str, language: str) -> None:
    html = Client().get(path, headers={"accept-language": language}).content.decode()
    page = Page(html)
    direction = "rtl" if language in {"ar", "ur"} else "ltr"
    assert page.all("html") == [{"lang": language, "dir": direction}]
    assert len(page.all("h1")) == len(page.all("main")) == 1
    links = [a for a in page.all("a") if a.get("href") == "/exit/"]
    assert [link.get("class") for link in links] == ["first", "exit"]
    assert page.all("a")[0] == links[0]
    assert all("noreferrer" in (link["rel"] or "") for link in links)
    assert all("style" not in attrs and "onclick" not in attrs for _, attrs in page.tags)
    assert not [s for s in page.all("script") if not s.get("src")]
    assert not page.all("style")
    addresses = [
        str(attrs.get("src") or "") for tag, attrs in page.tags if tag in {"img", "script"}
    ]
    assert all(address.startswith("/static/") for address in addresses)
    assert not re.search(r"og:|twitter:|<meta name=.description", html)


@pytest.mark.db
@pytest.mark.parametrize("path", PUBLIC)
def test_u04_no_title_gives_the_visit_away(path: str) -> None:
    for language in LANGUAGES:
        html = Client().get(path, headers={"accept-language": language}).content.decode()
        title = html.partition("<title>")[2].partition("</title>")[0]
        assert title.strip()
        assert not re.search(r"crime|جريم|جرائم|جرم|police|شرطة|پولیس", title, re.IGNORECASE)


def a_node(*, demonstration: bool) -> Shown:
    """The Jordanian pack as it looks once an operator has called its lines."""
    pack = load_pack("jo")
    lines = tuple(line.model_copy(update={"verified": True}) for line in pack.header.crisis_lines)
    header = pack.header.model_copy(update={"crisis_lines": lines})
    return Shown(
        names={"en": "The agency"},
        demonstration=demonstration,
        pack=pack.model_copy(update={"header": header}),
    )


@pytest.mark.db
@pytest.mark.parametrize("path", PUBLIC)
def test_m123_every_public_page_says_who_helps_now(
    monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(context, "shown", lambda: a_node(demonstration=False))
    html = Client().get(path, headers={"accept-language": "fr"}).content.decode()
    near = html.partition('<aside class="near"')[2].partition("</aside>")[0]
    assert 'href="tel:911"' in near
    assert 'href="tel:110"' in near
    assert "Ligne d&#x27;aide aux familles et aux enfants" in near
    assert "Demonstration" not in html


@pytest.mark.db
@pytest.mark.parametrize("path", PUBLIC)
def test_a_demonstration_says_so_on_every_page(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setattr(context, "shown", lambda: a_node(demonstration=True))
    html = Client().get(path, headers={"accept-language": "en"}).content.decode()
    assert "Demonstration: nothing here is real" in html


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_every_template_names_its_licence_and_keeps_style_out(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "SPDX-License-Identifier: AGPL-3.0-or-later" in text.partition("\n")[0]
    assert " style=" not in text
    assert not re.search(r"\son[a-z]+=", text)
    get_template(str(path).partition("/templates/")[2])


COMPONENTS: dict[str, dict[str, object]] = {
    "error_summary": {"errors": [{"href": "#a", "text": "Mend this"}]},
    "choice": {
        "name": "a",
        "legend": "What?",
        "hint": "Why",
        "options": [{"code": "x", "label": "X", "hint": "h"}, {"code": "y", "label": "Y"}],
        "value": "y",
        "error": "Choose one",
    },
    "choices": {
        "name": "a",
        "title": "What?",
        "options": [{"code": "x", "label": "X"}, {"code": "xy", "label": "XY"}],
        "value": ["xy"],
    },
    "text": {"name": "a", "label": "Name", "value": "v", "ltr": True, "limit": 9, "error": "No"},
    "textarea": {"name": "a", "label": "Tell", "big": True, "value": "<b>&\nx"},
    "select": {"name": "a", "label": "Where", "options": [{"code": "JO", "label": "Jordan"}]},
    "date": {"name": "a", "title": "When", "day": "1", "with_time": True, "hint": "About"},
    "identifiers": {
        "name": "a",
        "title": "Who",
        "types": [{"code": "phone", "label": "Phone"}],
        "rows": [{"type": "phone", "value": "+962", "note": "n", "error": "Bad"}, {}],
        "more": "Another",
    },
    "file": {
        "name": "a",
        "label": "Files",
        "kept": [{"name": "x.png", "size": "1", "remove": "7"}],
    },
    "timeline": {"steps": [{"state": "done", "text": "Sealed", "date": "21/11", "iso": "2026"}]},
    "code": {"groups": ["0123", "4567"], "label": "Your code"},
    "card": {"title": "T", "text": "x", "href": "/", "link": "go", "tone": "calm"},
    "way": {"href": "/", "title": "T", "text": "x"},
    "danger": {},
    "progress": {"value": 2, "max": 9},
    "acts": {"skip": "I do not know"},
    "answers": {"rows": [{"label": "L", "value": "a\nb", "href": "/"}]},
}


@pytest.mark.db
@pytest.mark.parametrize("name", sorted(COMPONENTS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_component_is_drawn_in_every_language_and_labels_its_fields(
    name: str, language: str
) -> None:
    with translation.override(language):
        html = render_to_string(
            f"portal/components/{name}.html", COMPONENTS[name], request=RequestFactory().get("/")
        )
    page = Page(html)
    labelled = {attrs.get("for") for attrs in page.all("label")}
    for tag in ("input", "select", "textarea"):
        for attrs in page.all(tag):
            inside = name in {"choice", "choices"}
            assert inside or attrs["id"] in labelled, attrs
    ids = {attrs["id"] for _, attrs in page.tags if attrs.get("id")}
    for _, attrs in page.tags:
        assert set((attrs.get("aria-describedby") or "").split()) <= ids


def test_every_component_is_known_to_these_tests() -> None:
    folder = PACKAGE / "portal/templates/portal/components"
    assert {path.stem for path in folder.glob("[!_]*.html")} == set(COMPONENTS)


def draw(name: str, /, **values: object) -> str:
    return render_to_string(f"portal/components/{name}.html", values)


def test_a_choice_is_checked_by_its_whole_code() -> None:
    assert re.findall(r'value="(\w+)" checked', draw("choices", **COMPONENTS["choices"])) == ["xy"]
    assert re.findall(r'value="(\w+)" checked', draw("choice", **COMPONENTS["choice"])) == ["y"]


def test_what_was_typed_comes_back_as_text_and_never_as_markup() -> None:
    html = draw("textarea", name="a", label="L", value="<script>x</script>\n\nb")
    assert "<script>" not in html
    assert "&lt;script&gt;x&lt;/script&gt;\n\nb</textarea>" in html


def test_a_first_empty_line_that_was_typed_is_kept() -> None:
    assert ">\n\nafter</textarea>" in draw("textarea", name="a", label="L", value="\nafter")


def test_the_groups_of_a_code_stand_in_reading_order_and_are_isolated() -> None:
    html = draw("code", groups=["4821", "7730", "1192"])
    assert re.findall(r'<bdi dir="ltr"[^>]*>(\d{4})</bdi>', html) == ["4821", "7730", "1192"]
    assert 'dir="ltr"' in html.partition(">")[0]
    assert 'translate="no"' in html


def test_a_shared_device_is_not_taught_what_was_typed() -> None:
    for name in ("text", "textarea", "select", "date", "identifiers"):
        page = Page(draw(name, **COMPONENTS[name]))
        for tag in ("input", "textarea"):
            assert all(attrs.get("autocomplete") == "off" for attrs in page.all(tag))


@pytest.mark.db
def test_the_desk_shows_its_ways_on_a_wide_screen_and_in_a_fold() -> None:
    desk = SimpleNamespace(
        unit="Aqaba",
        person="A. Officer",
        nav=[
            SimpleNamespace(href="/desk/", label="To read", count=14, current=True, urgent=False),
            SimpleNamespace(href="/desk/s/", label="Search", count=None, current=False),
        ],
    )
    html = render_to_string(
        "desk/base.html", {"desk": desk}, request=RequestFactory().get("/desk/")
    )
    page = Page(html)
    assert len(page.all("nav")) == 2
    assert len(page.all("details")) == 1
    assert html.count('aria-current="page"') == 2
    assert html.count('action="/desk/sign-out/"') == 2
    ids = [attrs["id"] for _, attrs in page.tags if attrs.get("id")]
    assert len(ids) == len(set(ids))


DESK_COMPONENTS: dict[str, dict[str, object]] = {
    "urgency": {"code": "U"},
    "tag": {"text": "anonymous"},
    "facts": {"rows": [{"label": "L", "value": "v", "ltr": True}, {"label": "none", "value": ""}]},
    "pagination": {"previous": "/a", "next": "/b"},
    "table": {
        "caption": "To read",
        "columns": [{"label": "Received"}, {"label": "Urgency"}],
        "rows": [[{"text": "21/11", "ltr": True}, {"text": "Now", "tag": "u", "note": "n"}]],
    },
    "error_summary": {"errors": [{"href": "#a", "text": "x"}]},
    "messages": {"messages": []},
    "timeline": {"steps": [{"state": "now", "text": "Read"}]},
}


@pytest.mark.parametrize("name", sorted(DESK_COMPONENTS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_component_of_the_desk_is_drawn(name: str, language: str) -> None:
    with translation.override(language):
        html = render_to_string(f"desk/components/{name}.html", DESK_COMPONENTS[name])
    assert "none" not in html
    assert html.strip() or name == "messages"


def test_urgency_is_a_word_and_not_a_colour() -> None:
    words = {
        code: re.sub(
            r"<[^>]+>", "", render_to_string("desk/components/urgency.html", {"code": code})
        )
        for code in ("U", "H", "N")
    }
    assert len({word.strip() for word in words.values()}) == 3


def test_each_cell_of_a_table_knows_its_column() -> None:
    html = render_to_string("desk/components/table.html", DESK_COMPONENTS["table"])
    assert re.findall(r'data-label="([^"]+)"', html) == ["Received", "Urgency"]


def test_an_empty_list_is_written_with_care() -> None:
    html = render_to_string("desk/components/table.html", {"caption": "x", "rows": []})
    assert "Nothing here at the moment." in html
