# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the operator has set, and what follows from it."""

from __future__ import annotations

from amana.agencies.selectors import current_agency, current_pack
from amana.cli.doctor.lines import Check, Line, amber, green, red
from amana.config.env import env
from amana.packs import Fact, Pack, check_pack
from amana.packs.loader import HERE


def public_address() -> Line:
    """Reports must not travel in clear."""
    said = env()
    if said.public_url.startswith("https://"):
        return green("public address", said.public_url)
    if said.public_url:
        return red("public address", f"{said.public_url} is not https: reports travel in clear")
    if said.loopback:
        return amber("public address", "AMANA_PUBLIC_URL is not set: for this machine only")
    return red("public address", f"listens on {said.host} without TLS and AMANA_PUBLIC_URL")


def proxies() -> Line:
    """Flood limits count addresses, so the node must know whose word on them to take."""
    said = env()
    if said.public_url and said.loopback and not said.trusted_proxies:
        return red(
            "reverse proxy",
            "a proxy stands in front but AMANA_TRUSTED_PROXIES is 0: all people share one limit",
        )
    if said.trusted_proxies and not said.loopback:
        return amber(
            "reverse proxy",
            f"{said.trusted_proxies} trusted, but {said.host} may be reached past them",
        )
    return green("reverse proxy", f"{said.trusted_proxies} trusted")


def load_test() -> Line:
    """Flood limits."""
    if env().load_test:
        return red("flood limits", "lifted by AMANA_LOAD_TEST=1; never with real people")
    return green("flood limits", "in force")


def captures() -> Line:
    """Public pages are captured by a browser of the node."""
    from amana.evidence.capture.jail import missing

    if env().capture_laboratory:
        return red("captures", "AMANA_CAPTURE_LABORATORY opens the fence; never with real people")
    why = missing()
    return amber("captures", f"not possible: {why}") if why else green("captures", "possible")


def texts_of_pictures() -> Line:
    """The text in screenshots is read by tesseract, in four languages."""
    from amana.evidence.ocr.reading import LANGUAGES, installed

    found = installed()
    if found is None:
        return amber("text in pictures", "not read: no tesseract, or none of its languages here")
    missing = " ".join(name for name in LANGUAGES if name not in found.languages)
    if missing:
        return amber("text in pictures", f"read by {found.tool}, without {missing}")
    return green("text in pictures", f"read by {found.tool} in {' '.join(found.languages)}")


def alerts() -> Line:
    """How the duty unit hears of an urgent report when nobody looks at the desk."""
    said = env()
    if said.alert_email and said.smtp_url:
        return green("alerts", f"by mail to {said.alert_email}, without content")
    if said.alert_email or said.smtp_url:
        return red("alerts", "AMANA_ALERT_EMAIL and AMANA_SMTP_URL are needed together")
    return amber("alerts", "on the desk only; set AMANA_ALERT_EMAIL and AMANA_SMTP_URL")


def pack() -> Line:
    """The country pack holds together, and its facts were confirmed by somebody."""
    found = current_pack()
    problems = check_pack(HERE / found.code) if (HERE / found.code).is_dir() else []
    if problems:
        return red("country pack", f"{found.code}: {len(problems)} problems; amana pack check")
    unsure, total = _unverified(found)
    if unsure:
        return amber("country pack", f"{found.code}: {unsure} of {total} facts not verified")
    return green("country pack", f"{found.code}: all {total} facts verified")


def demonstration() -> Line:
    """Whether this home holds real reports."""
    if current_agency().demonstration:
        return amber("demonstration", "this home is marked: nothing in it is real")
    return green("demonstration", "no: reports here are real")


def _unverified(found: Pack) -> tuple[int, int]:
    facts = list(_facts(found))
    return sum(not fact.verified for fact in facts), len(facts)


def _facts(value: object) -> list[Fact]:
    """Every fact in a pack, wherever it stands."""
    here = [value] if isinstance(value, Fact) else []
    if isinstance(value, tuple | list):
        return here + [fact for each in value for fact in _facts(each)]
    if isinstance(value, dict):
        return here + [fact for each in value.values() for fact in _facts(each)]
    fields = getattr(type(value), "model_fields", {})
    return here + [fact for name in fields for fact in _facts(getattr(value, name))]


CHECKS: tuple[Check, ...] = (
    public_address,
    proxies,
    load_test,
    captures,
    texts_of_pictures,
    alerts,
    pack,
    demonstration,
)
