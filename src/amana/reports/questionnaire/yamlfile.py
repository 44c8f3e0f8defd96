# SPDX-License-Identifier: AGPL-3.0-or-later
"""YAML as these files mean it: `yes` and `no` are answers, and a key stands once."""

from __future__ import annotations

import re
from pathlib import Path

import yaml


class _Loader(yaml.SafeLoader):
    """SafeLoader without YAML 1.1's yes/no/on/off and dates, refusing a key written twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise ValueError(f"{key!r} stands twice{key_node.start_mark}")
            seen.add(key)
        return dict(super().construct_mapping(node, deep=deep))


_Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if not tag.endswith((":bool", ":timestamp"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


def read_yaml(path: Path) -> dict[str, object]:
    """Return the mapping in `path`. Raises `ValueError` when it holds anything else."""
    with path.open(encoding="utf-8") as stream:
        # _Loader is a SafeLoader: it builds plain data only.
        loaded = yaml.load(stream, Loader=_Loader)  # noqa: S506
    if not isinstance(loaded, dict) or not all(isinstance(key, str) for key in loaded):
        raise ValueError(f"{path.name} does not hold a mapping")
    return loaded
