# SPDX-License-Identifier: AGPL-3.0-or-later
"""Other places than a folder of this machine where sealed files can lie."""
