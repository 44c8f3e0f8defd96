# SPDX-License-Identifier: AGPL-3.0-or-later
"""Text in screenshots, read by tesseract when an officer asks for it.

inside      the program apart: bounds itself, redraws the picture, runs tesseract on it
reading     starts it: an empty environment, pipes, an end in time; knows what is installed
keeping     the officer's act: custody, the text kept beside its picture, identifiers in it
"""
