# SPDX-License-Identifier: AGPL-3.0-or-later
"""The order that is drawn, not the order that is stored (stack.md, row PDF; issue part 4)."""

from __future__ import annotations

import pytest

from amana.kernel.paper import Sheet, Step
from tests.kernel.paper.drawn import inks, lines

CODE = "4821-7730-1192"
SENTENCES = {
    "ar": f"رمزك {CODE} فاحفظه جيدا",
    "ur": f"آپ کا کوڈ {CODE} ہے اسے سنبھال کر رکھیں",
    "fr": f"Votre code {CODE} est à garder",
    "en": f"Your code {CODE} is yours to keep",
}


def sheet_with(language: str, text: str) -> bytes:
    sheet = Sheet(language, "A")
    sheet.paragraph(text)
    return sheet.render()


@pytest.mark.parametrize("language", sorted(SENTENCES))
def test_the_groups_of_a_code_run_left_to_right_inside_a_sentence(language: str) -> None:
    drawn = "".join(lines(sheet_with(language, SENTENCES[language])))
    assert CODE in drawn


@pytest.mark.parametrize(
    ("language", "text", "seen"),
    [
        ("ar", "اتصل على +962 6 500 1234 اليوم", "+96265001234"),
        ("ur", "فون +92 51 111 1234 پر کریں", "+92511111234"),
        ("ar", "قبل 21/12/2026 18:42 مساء", "21/12/202618:42"),
        (
            "ar",
            "الحساب JO94 CBJO 0010 0000 0000 0131 0003 02 هنا",
            "JO94CBJO0010000000000131000302",
        ),
        ("ar", "راجع https://example.org/ar/a-b?x=1 الآن", "https://example.org/ar/a-b?x=1"),
        ("ar", "اكتب إلى help.me@example.org الآن", "help.me@example.org"),
        ("ar", "الرقم ٤٨٢١-٧٧٣٠-١١٩٢ عندك", "٤٨٢١-٧٧٣٠-١١٩٢"),
        ("ur", "نمبر ۴۸۲۱-۷۷۳۰-۱۱۹۲ ہے", "۴۸۲۱-۷۷۳۰-۱۱۹۲"),
        ("ar", "العنوان 2001:db8::1 معروف", "2001:db8::1"),
        ("ar", "المدينة (هاتف +212 5 37 00 00 00) الرباط", "+212537000000"),
    ],
)
def test_phones_dates_accounts_and_links_keep_their_order(
    language: str, text: str, seen: str
) -> None:
    assert seen in "".join(lines(sheet_with(language, text)))


@pytest.mark.parametrize("language", ["ar", "ur", "fr", "en"])
def test_a_code_block_draws_its_groups_from_left_to_right(language: str) -> None:
    sheet = Sheet(language, "A")
    sheet.code(["4821", "7730", "1192", "6405"], label="رمزك" if language == "ar" else "")
    assert "4821773011926405" in lines(sheet.render())


def test_the_groups_of_a_code_stay_apart() -> None:
    sheet = Sheet("ar", "A")
    sheet.code(["4821", "7730"])
    digits = sorted(inks(sheet.render()), key=lambda ink: ink.left)
    inside = digits[1].left - digits[0].right
    between = digits[4].left - digits[3].right
    assert between > inside + 8


def test_a_long_code_goes_on_in_a_second_row_below() -> None:
    sheet = Sheet("ar", "A")
    sheet.code([f"{n:04d}" for n in range(1111, 1123)])
    first, second = lines(sheet.render())
    assert first.startswith("11111112")
    assert second.endswith("1122")


@pytest.mark.parametrize(("language", "word"), [("ar", "سلام عليكم"), ("ur", "شکریہ جناب")])
def test_arabic_script_starts_at_the_right(language: str, word: str) -> None:
    marks = inks(sheet_with(language, word))
    first = next(ink for ink in marks if ink.text == word[0])
    last = next(ink for ink in reversed(marks) if ink.text == word[-1])
    assert first.left > last.left
    assert max(ink.right for ink in marks) == pytest.approx(595.28 - 56, abs=4)


def test_a_latin_sheet_starts_at_the_left() -> None:
    marks = inks(sheet_with("fr", "Bonjour"))
    assert min(ink.left for ink in marks) == pytest.approx(56, abs=4)
    assert lines(sheet_with("fr", "Bonjour, à vous")) == ["Bonjour,àvous"]


def test_arabic_letters_are_joined() -> None:
    """Shaped, the three letters of a word stand closer than three isolated forms."""
    joined = inks(sheet_with("ar", "بيت"))
    apart = inks(sheet_with("ar", "ب ي ت"))
    assert max(i.right for i in joined) - min(i.left for i in joined) < 0.8 * (
        max(i.right for i in apart) - min(i.left for i in apart)
    )


def test_tables_and_timelines_isolate_codes_too() -> None:
    sheet = Sheet("ar", "A")
    sheet.table([("الهاتف", "+962 6 500 1234"), ("الرمز", f"هو {CODE} فقط")])
    sheet.timeline([Step("سجل برقم " + CODE + " عندنا", "21/11/2026 18:42", "done")])
    drawn = "".join(lines(sheet.render()))
    assert drawn.count(CODE) == 2
    assert "+96265001234" in drawn
    assert "21/11/202618:42" in drawn


def test_a_table_puts_names_at_the_start_edge() -> None:
    for language, name_is_right in (("ar", True), ("en", False)):
        sheet = Sheet(language, "A")
        sheet.table([("NAME", "77")])
        marks = inks(sheet.render())
        name = next(ink for ink in marks if ink.text == "N")
        value = next(ink for ink in marks if ink.text == "7")
        assert (name.left > value.left) is name_is_right


def test_brackets_face_the_right_way_in_arabic() -> None:
    (line,) = lines(sheet_with("ar", "نص (داخل) هنا"))
    # Seen from left to right a mirrored pair still encloses the word.
    assert line.index("(") < line.index("د") < line.index(")")


def test_a_code_is_never_broken_over_two_lines() -> None:
    for filler in range(20, 60, 3):
        text = "كلمة " * filler + "+962 6 500 1234 " + "كلمة " * 3
        assert any("+96265001234" in line for line in lines(sheet_with("ar", text)))
