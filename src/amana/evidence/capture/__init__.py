# SPDX-License-Identifier: AGPL-3.0-or-later
"""A public page as it stood: pictures, text and web archive, made by a browser of ours that can
reach public addresses and nothing else.

    fence      which addresses may be reached at all
    proxy      the one way out of the browser: resolves once, connects to what was checked
    browser    opens the page in a jail and collects what came
    record     the fields of the Berkeley Protocol, each filled or with its reason
    archive    WARC and WACZ of what was collected
    keeping    seals all of it into a report, a leaf for each step
"""
