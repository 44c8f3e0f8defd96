# SPDX-License-Identifier: AGPL-3.0-or-later
"""What links reports, as officers see and decide it: picture and table, the alleged perpetrator
behind several reports, and blind search."""
