# SPDX-License-Identifier: AGPL-3.0-or-later
"""The parts of `verify.py`, in the order in which `assembling` joins them into one file.

They use the standard library alone, run on Python 3.9, and share no code with this program: who
checks a bag with them need not trust it."""
