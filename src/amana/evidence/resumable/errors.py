# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations


class UploadError(Exception):
    """An upload that cannot go on as asked."""


class NoSuchUpload(UploadError):
    """There is none, or it is somebody else's."""


class Expired(UploadError):
    """Its time is over; what had come of it is gone."""


class WrongOffset(UploadError):
    """The piece does not begin where the last one ended, or another one came first."""


class TooMuch(UploadError):
    """More bytes than the file was said to have, or than a file or a sending may have."""


class TooManyFiles(UploadError):
    """More files than a report may be sent with."""


class ChecksumMismatch(UploadError):
    """The bytes are not those that were announced; nothing of them was kept."""


class LengthMissing(UploadError):
    """Neither a length nor a promise to say it later, or a length that contradicts the first."""
