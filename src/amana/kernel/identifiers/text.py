# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every kind needs first: digits, blanks, marks, and dots that were made harmless."""

from __future__ import annotations

import re
import unicodedata

from amana.kernel.identifiers.types import BadIdentifier
from amana.kernel.language import fold_digits

_DOT = re.compile(r"\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\)", re.IGNORECASE)
_AT = re.compile(r"\s*(?:\[@\]|\(@\)|\[at\]|\(at\))\s*", re.IGNORECASE)
_SCHEME = re.compile(r"^h[xX*]{2}p(s?)(?=\[?:)", re.IGNORECASE)
_COLON = re.compile(r"\[(:(?://)?)\]")
_BLANK_OR_CONTROL = re.compile(r"[\x00-\x20\x7f]")  # of ASCII
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")


def tidy(value: str) -> str:
    """Return `value` in NFKC with plain digits, no direction marks and no outer blanks."""
    if value.isascii():
        return value.strip()
    text = fold_digits(unicodedata.normalize("NFKC", value))
    return "".join(char for char in text if unicodedata.category(char) not in {"Cf", "Cs"}).strip()


def refang(value: str) -> str:
    """Undo the ways in which analysts make an address unclickable: hxxp, [.], (dot), [@]."""
    value = _COLON.sub(r"\1", value)
    return _AT.sub("@", _DOT.sub(".", _SCHEME.sub(r"http\1", value)))


def no_blanks(value: str, reason: str) -> str:
    """Return `value`; raise BadIdentifier when it holds a blank or a control character."""
    if value.isascii():
        bad = _BLANK_OR_CONTROL.search(value) is not None
    else:
        bad = any(char.isspace() or unicodedata.category(char) == "Cc" for char in value)
    if bad:
        raise BadIdentifier(reason)
    return value


def domain(name: str) -> str:
    """Return a domain name in ASCII and lower case (A-labels, RFC 5890), or raise.

    Letters are kept as UTS #46 keeps them in non-transitional processing, so that ``faß.de`` stays
    another name than ``fass.de``.
    """
    labels = unicodedata.normalize("NFKC", name.lower()).lower().replace("。", ".").split(".")
    if labels and not labels[-1]:
        labels.pop()
    if len(labels) < 2:
        raise BadIdentifier("no_domain")
    ascii_name = ".".join(_a_label(label) for label in labels)
    if len(ascii_name) > 253 or labels[-1].isdigit():
        raise BadIdentifier("bad_domain")
    return ascii_name


def _a_label(label: str) -> str:
    if not label.isascii():
        if any(unicodedata.category(char)[0] not in "LMN" and char != "-" for char in label):
            raise BadIdentifier("bad_domain")
        label = "xn--" + label.encode("punycode").decode("ascii")
    if not _LABEL.fullmatch(label):
        raise BadIdentifier("bad_domain")
    return label
