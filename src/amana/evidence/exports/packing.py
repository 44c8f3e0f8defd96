# SPDX-License-Identifier: AGPL-3.0-or-later
"""Packs the contents of a bag into a sink, in one pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import BinaryIO

from amana.evidence.exports.carried.assembling import verify_html, verify_py
from amana.evidence.exports.case import case_jsonld
from amana.evidence.exports.contents import Contents
from amana.evidence.exports.openings import openings_json, proof_path
from amana.evidence.exports.papers import readme_txt, report_pdf
from amana.evidence.exports.sinks import Sink
from amana.evidence.exports.timeline import timeline_html, timeline_json
from amana.evidence.exports.writing import CHUNK, BagWriter

Sign = Callable[[Callable[[bool], bytes]], bytes]
Stamp = Callable[[bytes], Sequence[tuple[str, bytes]]]


def pack(
    contents: Contents, sink: Sink, *, sign: Sign, stamp: Stamp = lambda _message: ()
) -> Iterator[int]:
    """Write the whole bag; yields the number of bytes after each piece.

    `sign` signs a PDF that it has drawn with or without a word on trusted time, `stamp` asks for
    time stamps over the manifest of `data/`. Raises `NotWhatItWas` when a file
    is not what came in."""
    bag = BagWriter(sink)
    for item in contents.released:
        yield from bag.put(item.path, _chunks(item.open), expected=item.sha256)
    stamps = [*contents.stamps, *stamp(bag.manifest())]
    for name, data in _small(contents, sign):
        yield from bag.put(name, [data])
    for item in contents.released:
        for link in item.links:
            if link.proof:
                yield from bag.put(proof_path(item, link), [link.proof.encode()])
    for name, data in stamps:
        yield from bag.put(f"stamps/{name}", [data])
    yield from bag.finish(_info(contents))


def _small(contents: Contents, sign: Sign) -> Iterator[tuple[str, bytes]]:
    yield "openings.json", openings_json(contents)
    yield "case.jsonld", case_jsonld(contents)
    yield "timeline.json", timeline_json(contents)
    yield "timeline.html", timeline_html(contents)
    yield "custody-report.pdf", sign(lambda timed: report_pdf(contents, timed=timed))
    yield "README.txt", readme_txt(contents)
    yield "verify.py", verify_py()
    yield "verify.html", verify_html()
    if contents.policy:
        yield "policy.txt", contents.policy.encode("utf-8", "surrogateescape")


def _info(contents: Contents) -> dict[str, str]:
    made = contents.made
    return {
        "Source-Organization": made.agency,
        "Bagging-Date": f"{made.at:%Y-%m-%d}",
        "Bag-Software-Agent": made.tool,
        "External-Identifier": str(made.bag),
        "Internal-Sender-Identifier": made.locator,
    }


def _chunks(opening: Callable[[], BinaryIO]) -> Iterator[bytes]:
    with closing(opening()) as stream:
        while chunk := stream.read(CHUNK):
            yield chunk
