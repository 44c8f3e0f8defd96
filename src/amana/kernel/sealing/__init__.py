# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keys, envelopes, streams, blind tokens, receipts and the node's key folder.

The only room that touches cryptography. Every failure is a `SealingError` whose text may be
shown to anyone; no secret stands in a repr, a message or a file name.
"""
