# SPDX-License-Identifier: AGPL-3.0-or-later
"""Blocks, pages, metadata and bad input of the sheet."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import pypdfium2  # type: ignore[import-untyped, unused-ignore]
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amana.kernel.paper import PaperError, Sheet, Step
from tests.kernel.paper.drawn import dark_share, inks, lines, page_count


def filled(language: str = "ar") -> Sheet:
    sheet = Sheet(language, "A")
    sheet.heading("وصلتنا أمانتك")
    sheet.code(["4821", "7730"])
    sheet.timeline([Step("سجل", "21/11", "done"), Step("الآن", "", "now")])
    sheet.qr("https://example.org/")
    sheet.small("نص صغير")
    return sheet


def test_rendering_the_same_blocks_twice_gives_the_same_bytes() -> None:
    assert filled().render() == filled().render()


def test_the_file_tells_a_stranger_nothing() -> None:
    data = filled().render()
    document = pypdfium2.PdfDocument(data)
    metadata = {key: value for key, value in document.get_metadata_dict().items() if value}
    document.close()
    assert metadata == {"Title": "A"}
    assert b"fpdf" not in data.lower()
    assert b"CreationDate" not in data


def test_a_given_date_is_written() -> None:
    data = Sheet("en", "A", created_at=datetime(2026, 11, 22, 8, 0, tzinfo=UTC)).render()
    assert b"/CreationDate (D:20261122080000" in data


def test_a_date_without_zone_is_refused() -> None:
    with pytest.raises(PaperError):
        Sheet("en", "A", created_at=datetime(2026, 11, 22, 8, 0))  # noqa: DTZ001


def test_the_language_is_declared_for_screen_readers() -> None:
    assert b"/Lang (ur)" in Sheet("ur", "A").render()


def test_a_long_text_runs_over_numbered_pages_and_loses_no_line() -> None:
    sheet = Sheet("en", "A")
    sheet.paragraph("\n".join(f"line{number}." for number in range(150)))
    data = sheet.render()
    pages = page_count(data)
    assert pages > 1
    drawn = [line for page in range(pages) for line in lines(data, page=page)]
    assert [line for line in drawn if line.startswith("line")] == [f"line{n}." for n in range(150)]
    assert f"1/{pages}" in drawn
    assert f"{pages}/{pages}" in drawn


def test_page_numbers_are_in_order_on_an_arabic_notice() -> None:
    sheet = Sheet("ar", "A")
    sheet.paragraph("سطر\n" * 60)
    assert "1/2" in lines(sheet.render())


def test_nothing_is_drawn_outside_the_margins() -> None:
    sheet = Sheet("ar", "A")
    sheet.paragraph("كلمة طويلة " * 40)
    sheet.paragraph("x" * 300)
    sheet.table([("ن" * 80, "y" * 200)])
    for ink in inks(sheet.render()):
        assert ink.left > 56 - 3
        assert ink.right < 595.28 - 56 + 3


def test_a_digest_is_drawn_whole() -> None:
    digest = "0123456789abcdef" * 4
    sheet = Sheet("ar", "A")
    sheet.paragraph(digest)
    sheet.table([("البصمة", digest)])
    assert "".join(lines(sheet.render())).count("0123456789abcdef") >= 5


def test_what_no_font_can_draw_becomes_one_mark_and_reaches_no_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        sheet = Sheet("en", "A")
        sheet.paragraph("before 日 after")
        data = sheet.render()
    assert "before�after" in lines(data)
    assert "日" not in caplog.text
    assert "missing" not in caplog.text


def test_overrides_cannot_turn_the_drawn_text_around() -> None:
    sheet = Sheet("en", "A")
    sheet.paragraph("pay \u202e001\u202c now")
    assert lines(sheet.render()) == ["pay001now"]


def test_an_isolate_left_open_ends_with_its_line() -> None:
    sheet = Sheet("en", "A")
    sheet.paragraph("a \u2067b\nc d")
    assert lines(sheet.render())[-1] == "cd"


def test_french_signs_are_not_parted_from_their_word() -> None:
    for filler in range(60, 110):
        sheet = Sheet("fr", "A")
        sheet.paragraph("i" * filler + " ok « mot » ?")
        assert not any(line[0] in "»?" for line in lines(sheet.render()))


def test_the_symbol_is_drawn_at_the_start_edge() -> None:
    for language, box in (("en", (56, 56, 140, 140)), ("ar", (455, 56, 539, 140))):
        sheet = Sheet(language, "A")
        sheet.qr("https://example.org/")
        assert 0.3 < dark_share(sheet.render(), box) < 0.7


@pytest.mark.parametrize("data", ["", "x" * 513])
def test_a_symbol_has_a_size(data: str) -> None:
    with pytest.raises(PaperError):
        Sheet("en", "A").qr(data)


@pytest.mark.parametrize("groups", [[], ["", "1"], ["9" * 60]])
def test_a_code_that_cannot_be_set_is_refused(groups: list[str]) -> None:
    with pytest.raises(PaperError):
        Sheet("en", "A").code(groups)


def test_limits_are_named_without_quoting_the_text() -> None:
    with pytest.raises(PaperError, match="at most 60000 characters") as caught:
        Sheet("en", "A").paragraph("secret" * 20_000)
    assert "secret" not in str(caught.value)


def test_a_sheet_has_a_last_page() -> None:
    sheet = Sheet("en", "A")
    with pytest.raises(PaperError, match="pages"):
        sheet.paragraph("\n" * 5_000 + "end")


def test_ten_thousand_signs_in_a_row_do_not_exhaust_the_stack() -> None:
    sheet = Sheet("ar", "A")
    sheet.paragraph("لماذا " + "!" * 5_000 + " ؟")
    assert page_count(sheet.render()) >= 1


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=80), st.sampled_from(["ar", "ur", "fr", "en"]))
def test_any_text_can_be_set(text: str, language: str) -> None:
    sheet = Sheet(language, "A")
    sheet.paragraph(text)
    sheet.table([(text, text)])
    sheet.timeline([Step(text, text)])
    assert sheet.render().startswith(b"%PDF-")


def test_a_bold_heading_in_the_colour_of_a_dot_leaves_what_follows_thin() -> None:
    """A heading of a part has the ink of a filled dot; the outline of its letters ends with it."""
    sheet = Sheet("en", "A")
    sheet.timeline([Step("Done", "21/11", "done")])
    sheet.heading("Next", level=2)
    sheet.paragraph("thin text")
    document = pypdfium2.PdfDocument(sheet.render())
    objects = list(document[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT]))
    modes = [pypdfium2.raw.FPDFTextObj_GetTextRenderMode(each.raw) for each in objects]
    document.close()
    filled_and_stroked, filled_only = 2, 0
    assert filled_and_stroked in modes
    assert modes[-1] == filled_only
