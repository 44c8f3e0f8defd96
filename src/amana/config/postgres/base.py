# SPDX-License-Identifier: AGPL-3.0-or-later
"""Django's PostgreSQL backend, without a question to the server before each request."""

from __future__ import annotations

import select

from django.db.backends.postgresql import base as django_postgresql


class DatabaseWrapper(django_postgresql.DatabaseWrapper):
    """Sees by its socket whether a connection still stands."""

    def is_usable(self) -> bool:
        """Whether the server has not hung up.

        Between requests it says nothing; when it has ended a session, its last words or the end
        of the stream wait in the socket. That costs microseconds, where Django's `SELECT 1` costs
        a round trip with every request. A server that vanished without a word is found by the
        first statement, as it would be by that question."""
        connection = self.connection
        if connection is None or connection.closed or connection.broken:
            return False
        try:
            poll = select.poll()
            poll.register(connection.fileno(), select.POLLIN | select.POLLPRI)
            return not poll.poll(0)
        except (OSError, ValueError, self.Database.Error):
            return False
