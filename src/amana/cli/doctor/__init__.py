# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana doctor`: what is configured and what is missing, in red, amber and green."""
