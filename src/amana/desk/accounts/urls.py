# SPDX-License-Identifier: AGPL-3.0-or-later
"""Included at /desk/. The middleware of `amana.people` knows these paths by name."""

from __future__ import annotations

from django.urls import path

from amana.desk.accounts import entry, factors, people, vault

app_name = "desk_accounts"

urlpatterns = [
    path("setup/", entry.setup, name="setup"),
    path("invitation/", entry.invitation, name="invitation"),
    path("sign-in/", entry.sign_in, name="sign-in"),
    path("sign-out/", entry.sign_out, name="sign-out"),
    path("second-factor/", factors.second_factor, name="second-factor"),
    path("second-factor/passkey/", factors.second_factor_passkey, name="second-factor-passkey"),
    path("factors/", factors.enrol, name="factors"),
    path("factors/confirm/", factors.confirm, name="factors-confirm"),
    path("factors/passkey/", factors.enrol_passkey, name="factors-passkey"),
    path("factors/codes/", factors.recovery_codes, name="recovery-codes"),
    path("vault/", vault.vault, name="vault"),
    path("vault/close/", vault.close, name="vault-close"),
    path("vault/passphrase/", vault.passphrase, name="vault-passphrase"),
    path("people/", people.people, name="people"),
    path("people/<uuid:officer_id>/", people.person, name="person"),
    path("people/<uuid:officer_id>/place/", people.place, name="place"),
    path("people/<uuid:officer_id>/reset/", people.reset, name="reset"),
    path("people/<uuid:officer_id>/disable/", people.disable, name="disable"),
    path("people/placements/<uuid:placement_id>/end/", people.end, name="end-placement"),
    path("admit/", people.admit, name="admit"),
]
