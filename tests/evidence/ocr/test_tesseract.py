# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pictures with text in Arabic and English, read by the program that is installed."""

from __future__ import annotations

import pytest

from amana.agencies.models import Agency
from amana.evidence.ocr import reading
from amana.evidence.ocr.keeping import text_of_picture
from amana.kernel.identifiers import find_identifiers
from tests.evidence.files import UNIT, added
from tests.support import builders as make
from tests.support.tesseract import screenshot

LINES = ("Call me on +962 79 555 1212", "or everybody sees the pictures", "ادفع المال قبل الغد")


@pytest.mark.parametrize(("form", "dark"), [("PNG", False), ("JPEG", False), ("WEBP", True)])
def test_number_and_words_of_a_screenshot_are_read_in_both_scripts(form: str, dark: bool) -> None:
    text = reading.read(screenshot(LINES, form=form, dark=dark))
    assert "everybody sees the pictures" in text.said
    assert "المال" in text.said
    assert [one.value for one in find_identifiers(text.said)] == ["+962795551212"]


def test_an_empty_screen_has_no_text() -> None:
    assert reading.read(screenshot(())).said == ""


def test_what_is_installed_is_named() -> None:
    found = reading.installed()
    assert found is not None
    assert found.tool.startswith("tesseract/")
    assert "eng" in found.languages


@pytest.mark.db
def test_an_officer_reads_a_screenshot_that_the_person_sent() -> None:
    agency: Agency = make.node()
    report = make.report(agency)
    item = added(report, screenshot(LINES))
    found = text_of_picture(
        staff=make.staff(agency, UNIT), report=report, item_id=item.id, purpose="Find the number"
    )
    assert [one.value for one in found.identifiers] == ["+962795551212"]
