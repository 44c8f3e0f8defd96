# SPDX-License-Identifier: AGPL-3.0-or-later
"""Static files with hashed names, so that a page after the first costs only its own words."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStatic(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """A name without an entry is served as it is: tests and `amana doctor` need no build step."""

    manifest_strict = False

    def stored_name(self, name: str) -> str:
        """The hashed name, or the plain one before the files were collected."""
        try:
            return str(super().stored_name(name))
        except ValueError:
            return name
