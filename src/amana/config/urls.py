# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every address of a node. Which of them a process serves: `amana.config.surfaces`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from amana.api.log import add_checkpoint, capture, checkpoint, consistency, tile, vkey
from amana.config.health import healthz
from amana.config.views import desk_language, language

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path(".well-known/amana/checkpoint", checkpoint, name="log-checkpoint"),
    path(".well-known/amana/vkey", vkey, name="log-vkey"),
    path("log/checkpoint", checkpoint, name="log-tiles-checkpoint"),
    path("log/add-checkpoint", add_checkpoint, name="log-add-checkpoint"),
    path("log/capture", capture, name="log-capture"),
    path("log/consistency", consistency, name="log-consistency"),
    path("log/tile/<str:level>/<path:path>", tile, name="log-tile"),
    path("language/", language, name="language"),
    path("desk/language/", desk_language, name="desk-language"),
    path("desk/", include("amana.desk.urls")),
    path("api/v1/", include("amana.api.urls")),
    path("", include("amana.portal.urls")),
]

handler400 = "amana.portal.errors.bad_request"
handler403 = "amana.portal.errors.forbidden"
handler404 = "amana.portal.errors.not_found"
handler500 = "amana.portal.errors.failed"
