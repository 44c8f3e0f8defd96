# SPDX-License-Identifier: AGPL-3.0-or-later
"""Forms read and filled in as a browser without JavaScript does."""

from __future__ import annotations

from amana.cli.replay.forms import encode, read
from amana.cli.replay.portal import filled

PAGE = """<!doctype html><body><form method="post" action="/language/">
<button name="language" value="ar">x</button></form><main>
<form method="get" action="/search/"><input name="q"></form>
<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="a&amp;b">
<input type="radio" name="ongoing" value="yes" checked><input type="radio" name="ongoing"
 value="unknown"><input type="checkbox" name="demand" value="money">
<input type="checkbox" name="demand" value="none">
<select name="identifiers-0-type"><option value="">?</option>
<option value="email" selected>m</option><option value="phone">p</option></select>
<input name="identifiers-0-value" value="">
<input type="radio" name="police" value="yes"><input type="radio" name="police" value="no">
<textarea name="narrative" rows="8" data-x="a>b">
</textarea><input name="person-name"><button>go</button><button name="_skip" value="1">no</button>
</form></main>"""


def test_the_main_form_is_found_with_its_token_and_choices() -> None:
    page = read(PAGE)
    [form] = page.forms
    assert form.hidden() == [("csrfmiddlewaretoken", "a&b")]
    assert form.controls["ongoing"].options == ["yes", "unknown"]
    assert form.controls["identifiers-0-type"].options == ["email", "phone"]
    assert form.controls["narrative"].kind == "textarea"
    assert form.buttons == {"_skip"}
    assert not form.multipart


def test_what_was_planned_is_filled_in_and_the_rest_is_not_known() -> None:
    [form] = read(PAGE).forms
    said = {
        "demand": ["money", "images"],
        "identifiers": [{"type": "phone", "value": "+447700900001"}],
        "consents": ["police"],
        "person": {"name": "Lina"},
        "narrative": "",
    }
    assert filled(form, said) == [
        ("ongoing", "unknown"),
        ("demand", "money"),
        ("identifiers-0-type", "phone"),
        ("identifiers-0-value", "+447700900001"),
        ("police", "yes"),
        ("person-name", "Lina"),
    ]


def test_a_consent_that_was_not_planned_is_refused() -> None:
    [form] = read(PAGE).forms
    assert ("police", "no") in filled(form, {})


def test_with_nothing_to_say_the_question_is_skipped() -> None:
    [form] = read('<main><form method="post"><input name="x"><button name="_skip"></button>').forms
    assert filled(form, {"y": "z"}) == [("_skip", "1")]


def test_a_page_to_read_leads_on_by_its_link() -> None:
    page = read('<main><a href="/help/">h</a><a class="btn" rel="next" href="/q/12/?a=1&amp;b=2">')
    assert (page.forms, page.onward) == ([], "/q/12/?a=1&b=2")


def test_a_form_with_files_is_sent_in_parts() -> None:
    [form] = read('<main><form method="post" enctype="multipart/form-data"><input name="a">').forms
    body, kind = encode(form, [("a", "مرحبا"), ("_skip", "1")])
    mark = kind.partition("boundary=")[2]
    assert body.decode() == (
        f'--{mark}\r\nContent-Disposition: form-data; name="a"\r\n\r\nمرحبا\r\n'
        f'--{mark}\r\nContent-Disposition: form-data; name="_skip"\r\n\r\n1\r\n--{mark}--\r\n'
    )


def test_a_plain_form_is_sent_encoded() -> None:
    [form] = read('<main><form method="post"><input name="a">').forms
    assert encode(form, [("a", "b c&d")]) == (b"a=b+c%26d", "application/x-www-form-urlencoded")
