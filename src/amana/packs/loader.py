# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads packs, taxonomies and the country list from their YAML files. No Django, no database."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import yaml
from pydantic import ValidationError

from amana.packs.base import Frozen, UnknownCodeError
from amana.packs.countries import Countries
from amana.packs.decoys import Decoy, DecoysFile
from amana.packs.model import Pack
from amana.packs.records import (
    AgencyFile,
    Deadlines,
    DispositionsFile,
    Header,
    InstructionsFile,
    LawFile,
    PartnersFile,
    TerritoriesFile,
)
from amana.packs.taxonomy_model import Taxonomy

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

HERE: Final = Path(__file__).parent
TAXONOMIES: Final = HERE / "taxonomy"
COUNTRIES: Final = HERE / "countries.yaml"
PLATFORMS: Final = HERE / "platforms.yaml"

PACK_FILES: Final[Mapping[str, type[Frozen]]] = {
    "pack.yaml": Header,
    "agency.yaml": AgencyFile,
    "territories.yaml": TerritoriesFile,
    "partners.yaml": PartnersFile,
    "law.yaml": LawFile,
    "dispositions.yaml": DispositionsFile,
    "deadlines.yaml": Deadlines,
    "instructions.yaml": InstructionsFile,
    "decoys.yaml": DecoysFile,
}
"""Every pack folder holds exactly these files, each with its schema in `schema/`."""

M = TypeVar("M", bound=Frozen)


class PackError(ValueError):
    """A data file that cannot be used; each line names the file, the place and the reason."""


class _Loader(yaml.CSafeLoader):
    """YAML without the traps: `no` stays Norway, and a key given twice is an error."""

    def construct_mapping(
        self, node: yaml.MappingNode, deep: bool = False
    ) -> dict[Hashable, object]:
        keys = [str(key.value) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                problem = f"the key {key!r} is given twice"
                raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark)
        return super().construct_mapping(node, deep)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> object:
        """A value that is none, such as the 30th of February, is an error with its line."""
        try:
            return super().construct_object(node, deep)
        except (ValueError, KeyError, AttributeError) as error:  # as PyYAML lets them through
            problem = f"this is no {node.tag.rpartition(':')[2]} ({error})"
            raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark) from error


_Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), list("tf"))


def read_yaml(path: Path) -> object:
    """The content of a YAML file as plain data; `PackError` when it is missing or broken."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506
    except OSError as error:
        raise PackError(f"{path.name}: cannot be read ({error.strerror})") from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise PackError(f"{path.name}: {' '.join(str(error).split())}") from error
    except RecursionError:
        raise PackError(f"{path.name}: is nested too deep") from None


def parse(model: type[M], data: object, *, name: str, default_language: str = "en") -> M:
    """`data` as `model`; `PackError` names every place that does not fit."""
    # By way of JSON: dates become ISO text, so the strict rules here are those of the JSON Schema.
    try:
        text = json.dumps(data, default=str)
    except (TypeError, ValueError, RecursionError) as error:
        raise PackError(f"{name}: (file): is no plain data ({error})") from error
    try:
        return model.model_validate_json(text, context={"default_language": default_language})
    except ValidationError as error:
        raise PackError("\n".join(f"{name}: {line}" for line in _lines(error))) from error


def _lines(error: ValidationError) -> list[str]:
    return [
        f"{'.'.join(str(part) for part in detail['loc']) or '(file)'}: {detail['msg']}"
        for detail in error.errors(include_url=False, include_input=False)
    ]


def load_pack_from(folder: Path) -> Pack:
    """The pack in `folder`; `PackError` when a file is missing or does not fit its schema."""
    header = parse(Header, read_yaml(folder / "pack.yaml"), name="pack.yaml")
    language = header.default_language

    def part(model: type[M]) -> M:
        name = next(name for name, of in PACK_FILES.items() if of is model)
        return parse(model, read_yaml(folder / name), name=name, default_language=language)

    return Pack(
        header=part(Header),
        agency=part(AgencyFile),
        territories=part(TerritoriesFile).territories,
        partners=part(PartnersFile).partners,
        law=part(LawFile),
        dispositions=part(DispositionsFile).dispositions,
        deadlines=part(Deadlines),
        actions=part(InstructionsFile).actions,
        decoys=part(DecoysFile).decoys,
    )


def available_packs() -> tuple[str, ...]:
    """Codes of the packs that come with the program."""
    return tuple(sorted(path.parent.name for path in HERE.glob("*/pack.yaml")))


@cache
def load_pack(code: str) -> Pack:
    """The pack with this code, read once; `UnknownCodeError` when there is none."""
    if code not in available_packs():
        raise UnknownCodeError("pack", code)
    return load_pack_from(HERE / code)


@cache
def taxonomy_versions() -> tuple[str, ...]:
    """Every version of the taxonomy, the newest last; old ones stay readable (R7)."""
    versions = [path.stem for path in TAXONOMIES.glob("*.yaml")]
    return tuple(sorted(versions, key=lambda v: [int(part) for part in v.split("-")]))


def load_taxonomy(version: str | None = None) -> Taxonomy:
    """The taxonomy of that version, or the newest; `UnknownCodeError` when there is none."""
    return _taxonomy(version or taxonomy_versions()[-1])


@cache
def _taxonomy(version: str) -> Taxonomy:
    if version not in taxonomy_versions():
        raise UnknownCodeError("taxonomy", version)
    name = f"{version}.yaml"
    return parse(Taxonomy, read_yaml(TAXONOMIES / name), name=f"taxonomy/{name}")


@cache
def countries() -> Countries:
    """The countries of the world with their names and regions, read once."""
    return parse(Countries, read_yaml(COUNTRIES), name=COUNTRIES.name)


@cache
def platforms() -> tuple[Decoy, ...]:
    """What people everywhere name and what is no offender's, read once."""
    return parse(DecoysFile, read_yaml(PLATFORMS), name=PLATFORMS.name).decoys
