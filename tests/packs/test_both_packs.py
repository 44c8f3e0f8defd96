# SPDX-License-Identifier: AGPL-3.0-or-later
"""What holds in every pack, the taxonomy and the country list alike."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

import jsonschema
import pytest

from amana.packs import LANGUAGES, URGENCIES, available_packs, load_pack, taxonomy_versions
from amana.packs.loader import COUNTRIES, HERE, PACK_FILES, TAXONOMIES, read_yaml
from amana.packs.schemas import DATA_FILES, SCHEMAS, schema_text, write_schemas

FILES = [
    *(
        (f"{code}/{name}", name.removesuffix(".yaml"))
        for code in available_packs()
        for name in PACK_FILES
    ),
    *((f"taxonomy/{version}.yaml", "taxonomy") for version in taxonomy_versions()),
    (COUNTRIES.name, "countries"),
]
LATIN = re.compile(r"[A-Za-z]")
ARABIC = re.compile(r"[\u0600-\u06FF]")


def as_json(path: str) -> object:
    plain: object = json.loads(json.dumps(read_yaml(HERE / path), default=str))
    return plain


def texts(tree: object, where: str = "") -> Iterator[tuple[str, Mapping[str, str]]]:
    """Every text of a file that stands in several languages, with its place."""
    if isinstance(tree, dict):
        if set(tree) >= {"en", "ar"}:
            yield where, tree
        else:
            for key, value in tree.items():
                yield from texts(value, f"{where}.{key}")
    elif isinstance(tree, list):
        for number, value in enumerate(tree):
            yield from texts(value, f"{where}.{number}")


def test_the_shipped_packs_are_jordan_and_morocco() -> None:
    assert available_packs() == ("jo", "ma")


@pytest.mark.parametrize(("path", "name"), FILES)
def test_a_file_fits_the_json_schema_that_is_published(path: str, name: str) -> None:
    schema = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    errors = list(jsonschema.Draft202012Validator(schema).iter_errors(as_json(path)))
    assert [error.message for error in errors] == []


@pytest.mark.parametrize("name", DATA_FILES)
def test_the_published_schema_is_the_one_the_loader_uses(name: str) -> None:
    """When this fails: `python -m amana.packs.schemas`."""
    assert (SCHEMAS / f"{name}.json").read_text(encoding="utf-8") == schema_text(name)


def test_no_schema_is_left_over() -> None:
    assert {path.stem for path in SCHEMAS.iterdir()} == set(DATA_FILES)


def test_the_schemas_can_be_written_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("schema") / "new"
    write_schemas(folder)
    assert {path.stem for path in folder.iterdir()} == set(DATA_FILES)


@pytest.mark.parametrize("path", [path for path, _ in FILES])
def test_every_text_stands_in_four_languages_and_in_its_own_script(path: str) -> None:
    found = list(texts(as_json(path)))
    for where, words in found:
        assert set(words) == set(LANGUAGES), where
        assert LATIN.search(words["en"]), where
        assert LATIN.search(words["fr"]), where
        for lang in ("ar", "ur"):
            assert ARABIC.search(words[lang]), (where, lang, words[lang])


@pytest.mark.parametrize("path", [path for path, _ in FILES])
def test_urdu_is_written_with_urdu_letters(path: str) -> None:
    """Arabic kaf, yeh and teh marbuta look alike and break search and reading aloud."""
    for where, words in texts(as_json(path)):
        assert not re.search("[\u0643\u064a\u0649]", words["ur"]), (where, words["ur"])


@pytest.mark.parametrize("path", [path for path, _ in FILES])
def test_arabic_is_written_with_arabic_letters(path: str) -> None:
    for where, words in texts(as_json(path)):
        assert not re.search("[\u06a9\u06cc\u06d2\u06c1]", words["ar"]), (where, words["ar"])


@pytest.mark.parametrize("path", [path for path, _ in FILES])
def test_no_text_hides_a_control_character(path: str) -> None:
    """Isolation of codes and numbers is the page's work, not hidden in the data."""
    for where, words in texts(as_json(path)):
        for text in words.values():
            assert not re.search("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]", text), (
                where
            )
            assert text == text.strip(), where


@pytest.mark.parametrize("path", [path for path, _ in FILES])
def test_files_say_their_licence_and_nothing_of_the_machine_they_were_made_on(path: str) -> None:
    text = (HERE / path).read_text(encoding="utf-8")
    assert text.startswith("# SPDX-License-Identifier: AGPL-3.0-or-later")
    assert not re.search(r"/(work|tmp|root|home)/", text)
    assert "TODO" not in text


@pytest.mark.parametrize("code", available_packs())
def test_no_public_number_is_unconfirmed_except_the_emergency_number(code: str) -> None:
    pack = load_pack(code)
    partner = [contact for p in pack.partners for contact in p.contacts if contact.public]
    for contact in (*pack.public_crisis_lines(), *pack.public_contacts(), *partner):
        assert contact.verified


@pytest.mark.parametrize("code", available_packs())
def test_m018_nobody_is_refused_because_the_other_side_is_abroad(code: str) -> None:
    for disposition in load_pack(code).dispositions:
        if disposition.refusal:
            assert disposition.needs_supervisor
            assert disposition.review_right
            words = (
                f"{disposition.code} {disposition.label.in_('en')} {disposition.reason.in_('en')}"
            )
            assert not re.search("abroad|foreign|border", words)


@pytest.mark.parametrize("code", available_packs())
def test_m062_news_comes_within_thirty_days_and_silence_is_counted(code: str) -> None:
    deadlines = load_pack(code).deadlines
    assert deadlines.silent_days == (30, 90, 365)
    assert deadlines.still_open_days <= 30
    for urgency in URGENCIES:
        assert deadlines.hours("acknowledged", urgency) == 0
        assert 0 < deadlines.hours("next_news", urgency) <= 30 * 24
    urgent = [deadlines.hours(stage, "U") for stage in ("diagnosed", "referred", "next_news")]
    normal = [deadlines.hours(stage, "N") for stage in ("diagnosed", "referred", "next_news")]
    assert all(fast < slow for fast, slow in zip(urgent, normal, strict=True))


@pytest.mark.parametrize("code", available_packs())
def test_m097_a_search_notice_needs_instruction_authority_and_an_end(code: str) -> None:
    pack = load_pack(code)
    notice = pack.action("search_notice")
    assert (notice.needs_instruction, notice.needs_authority, notice.needs_expiry) == (True,) * 3
    assert pack.action("before_justice").needs_instruction
    assert not pack.action("preservation_request").needs_instruction


@pytest.mark.parametrize("code", available_packs())
def test_the_exit_leads_to_a_neutral_site(code: str) -> None:
    assert load_pack(code).header.exit.url == "https://ar.wikipedia.org/"


def test_taxonomy_files_are_named_after_their_version() -> None:
    assert [path.stem for path in sorted(TAXONOMIES.glob("*.yaml"))] == list(taxonomy_versions())


@pytest.mark.parametrize("name", PACK_FILES)
def test_the_guide_for_authors_knows_every_file(name: str) -> None:
    assert f"| `{name}` |" in (HERE / "README.md").read_text(encoding="utf-8")


def test_the_names_of_countries_come_with_their_licence() -> None:
    assert "Unicode, Inc." in (HERE / "LICENSE.unicode").read_text(encoding="utf-8")
