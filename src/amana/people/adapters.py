# SPDX-License-Identifier: AGPL-3.0-or-later
"""How allauth's machinery behaves here: nobody signs up, and second factors are sealed at rest."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import Final

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from amana.config.node import keyring
from amana.kernel.sealing import boxes

_CONTEXT: Final = b"second factor"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by administrators; this node writes no e-mail to anybody about them."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> None:
        """Nothing: a mailbox is the weakest place to announce a desk."""


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Seals TOTP secrets and recovery seeds under a key that is not in the database."""

    def encrypt(self, text: str) -> str:
        box = boxes.seal(_key(), text.encode(), context=_CONTEXT)
        return base64.b64encode(box).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        return boxes.open_box(_key(), base64.b64decode(encrypted_text), context=_CONTEXT).decode()

    def build_totp_svg(self, url: str) -> str:
        """The QR code as inline SVG, without a style, a script or a request elsewhere."""
        out = BytesIO()
        segno.make(url, error="m", micro=False).save(
            out,
            kind="svg",
            xmldecl=False,
            svgns=False,
            scale=5,
            border=4,
            dark="#000",
            light="#fff",
            svgclass="qr",
            lineclass=None,
        )
        return out.getvalue().decode()


def _key() -> bytes:
    return keyring().derived("desk/second-factor")
