# SPDX-License-Identifier: AGPL-3.0-or-later
"""What travels in every bag: two verifiers that share no code with this program."""
