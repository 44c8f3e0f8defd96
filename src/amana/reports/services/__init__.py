# SPDX-License-Identifier: AGPL-3.0-or-later
"""The writes of the reports room: drafts, filing, mailbox."""
