# SPDX-License-Identifier: AGPL-3.0-or-later
"""JSON Schemas of the data files, for pack authors' editors and for other programs.

They are derived from the classes that the loader validates with, so the two cannot disagree.
`python -m amana.packs.schemas` writes them to `schema/`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from amana.packs.countries import Countries
from amana.packs.decoys import DecoysFile
from amana.packs.loader import HERE, PACK_FILES
from amana.packs.taxonomy_model import Taxonomy

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from amana.packs.base import Frozen

SCHEMAS: Final = HERE / "schema"

DATA_FILES: Final[Mapping[str, type[Frozen]]] = {
    **{name.removesuffix(".yaml"): model for name, model in PACK_FILES.items()},
    "taxonomy": Taxonomy,
    "countries": Countries,
    "platforms": DecoysFile,
}
"""Name of each kind of data file (its schema is `schema/<name>.json`) and its class."""


def schema_text(name: str) -> str:
    """The schema of that kind of file, as it stands in `schema/`."""
    body = DATA_FILES[name].model_json_schema()
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": "SPDX-License-Identifier: AGPL-3.0-or-later",
    }
    return json.dumps({**head, **body}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write_schemas(folder: Path = SCHEMAS) -> None:
    """Write every schema to `folder`."""
    folder.mkdir(exist_ok=True)
    for name in DATA_FILES:
        (folder / f"{name}.json").write_text(schema_text(name), encoding="utf-8")


if __name__ == "__main__":
    write_schemas()
