# SPDX-License-Identifier: AGPL-3.0-or-later
"""Words of people on a page: numbers and links in them keep their order in any script."""

from __future__ import annotations

from typing import Final

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from amana.kernel.paper.isolates import LRI, PDI, isolate_codes, plain

register = template.Library()
_MARKS: Final = str.maketrans({LRI: '<bdi dir="ltr">', PDI: "</bdi>"})


@register.filter
def spoken(text: str) -> SafeString:
    """Escaped text with line breaks, each phone, code and link in it isolated left to right, so
    that a number after an Arabic word is not read backwards. Marks that would turn other words
    around are left out."""
    marked = escape(isolate_codes(plain(text))).translate(_MARKS)
    return mark_safe(marked.replace("\xa0", " ").replace("\n", "<br>"))  # noqa: S308  (escaped above)
