# SPDX-License-Identifier: AGPL-3.0-or-later
"""`case.jsonld`: the bag in the words of CASE 1.4 and UCO 1.4 (caseontology.org).

Files with their hashes, what was done with them by whom and with what, and where each exhibit
comes from. Written by hand: a graph library would cost more than these few shapes, which
`case_validate` checks in the tests. Names are made of the bag, so that the same bag has the same
graph."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final
from uuid import uuid5

from amana.evidence.exports.contents import EVIDENTIARY, Contents, Link, Released

Node = dict[str, object]

CONTEXT: Final = {
    "kb": "urn:amana:kb/",
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "uco-identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
    "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "uco-tool": "https://ontology.unifiedcyberontology.org/uco/tool/",
    "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def case_jsonld(contents: Contents) -> bytes:
    """The graph as JSON-LD. What is withheld from the bag is not in it."""
    said = {"@context": CONTEXT, "@graph": list(_Graph(contents).nodes())}
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()


class _Graph:
    def __init__(self, contents: Contents) -> None:
        self._contents, self._made = contents, contents.made
        self._known: dict[str, Node] = {}

    def nodes(self) -> Iterator[Node]:
        found = [node for item in self._contents.released for node in self._item(item)]
        everything = [*self._known.values(), *found]
        investigation: Node = {
            "@id": self._id("investigation", "whole"),
            "@type": "case-investigation:Investigation",
            "uco-core:name": f"Report {self._made.locator}",
            "uco-core:description": self._made.purpose or "Export of evidence",
            "case-investigation:investigationForm": "case",
        }
        if everything:
            investigation["uco-core:object"] = [{"@id": node["@id"]} for node in everything]
        yield investigation
        yield from everything

    def _item(self, item: Released) -> Iterator[Node]:
        yield self._file(item)
        exhibit: Node = {
            "@id": self._id("provenance", str(item.id)),
            "@type": "case-investigation:ProvenanceRecord",
            "uco-core:description": f"Item {item.number} ({item.copy} copy)",
            "case-investigation:exhibitNumber": f"{item.number:04d}",
            "uco-core:object": {"@id": self._file_id(item)},
        }
        yield exhibit
        if item.of is not None:
            yield from self._derivation(item)
        for link in item.links:
            if not link.withheld:
                yield self._action(item, link, exhibit)

    def _file(self, item: Released) -> Node:
        size = _typed("xsd:integer", str(item.size))
        content: Node = {
            "@id": self._id("content", str(item.id)),
            "@type": "uco-observable:ContentDataFacet",
            "uco-observable:sizeInBytes": size,
            "uco-observable:hash": [
                self._hash(item, "SHA256", item.sha256),
                self._hash(item, "SHA512", item.sha512),
            ],
        }
        if item.kind:
            content["uco-observable:mimeType"] = item.kind
        facet: Node = {
            "@id": self._id("file-facet", str(item.id)),
            "@type": "uco-observable:FileFacet",
            "uco-observable:fileName": item.path.rpartition("/")[2],
            "uco-observable:filePath": item.path,
            "uco-observable:isDirectory": False,
            "uco-observable:sizeInBytes": size,
        }
        return {
            "@id": self._file_id(item),
            "@type": "uco-observable:File",
            "uco-core:name": item.name or item.path.rpartition("/")[2],
            "uco-core:hasFacet": [facet, content],
        }

    def _hash(self, item: Released, method: str, value: str) -> Node:
        return {
            "@id": self._id("hash", f"{item.id}/{method}"),
            "@type": "uco-types:Hash",
            "uco-types:hashMethod": method,
            "uco-types:hashValue": _typed("xsd:hexBinary", value),
        }

    def _derivation(self, item: Released) -> Iterator[Node]:
        for original in self._contents.released:
            if original.number == item.of:
                yield {
                    "@id": self._id("relationship", str(item.id)),
                    "@type": "uco-observable:ObservableRelationship",
                    "uco-core:source": {"@id": self._file_id(item)},
                    "uco-core:target": {"@id": self._file_id(original)},
                    "uco-core:kindOfRelationship": "Derived_From",
                    "uco-core:isDirectional": True,
                }

    def _action(self, item: Released, link: Link, exhibit: Node) -> Node:
        said = json.loads(link.record)
        about = item.copy if item.copy != EVIDENTIARY else "evidentiary copy"
        return {
            "@id": self._id("action", f"{item.id}/{link.number}"),
            "@type": "case-investigation:InvestigativeAction",
            "uco-core:name": said["type"],
            "uco-core:description": f"{said['type']} of item {item.number}, {about}",
            "uco-action:startTime": _typed("xsd:dateTime", said["t"]),
            "uco-action:performer": self._who(said["actor"]),
            "uco-action:instrument": self._tool(said["tool"]),
            "uco-action:object": {"@id": self._file_id(item)},
            "uco-action:result": {"@id": exhibit["@id"]},
        }

    def _who(self, actor: dict[str, str]) -> Node:
        name = " ".join(part for part in (actor["role"], actor["pseudonym"]) if part)
        return self._once(
            "identity",
            name,
            {"@type": "uco-identity:Identity", "uco-core:name": name},
        )

    def _tool(self, named: str) -> Node:
        name, _slash, version = named.partition("/")
        said: Node = {"@type": "uco-tool:Tool", "uco-core:name": name}
        if version:
            said["uco-tool:version"] = version
        return self._once("tool", named, said)

    def _once(self, kind: str, key: str, said: Node) -> Node:
        identifier = self._id(kind, key)
        self._known.setdefault(identifier, {"@id": identifier, **said})
        return {"@id": identifier}

    def _file_id(self, item: Released) -> str:
        return self._id("file", str(item.id))

    def _id(self, kind: str, key: str) -> str:
        return f"kb:{kind}-{uuid5(self._made.bag, f'{kind}/{key}')}"


def _typed(kind: str, value: str) -> Node:
    return {"@type": kind, "@value": value}
