# SPDX-License-Identifier: AGPL-3.0-or-later
"""`python -m benchmarks.fuzz [SECONDS]`: coverage-guided fuzzing of everything that reads text.

Atheris changes what it is given by what new code that reaches. A text that raises, that gives a
finding outside itself, or a value the strict door refuses, ends the run and is printed.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["amana"]):
    from amana.kernel.identifiers import BadIdentifier, find_identifiers, normalise, tolerant
    from amana.kernel.identifiers.types import KINDS
    from amana.kernel.language import fold, identify, words
    from amana.triage.contract import BadLine, answer

COUNTRIES = (None, "MA", "PK", "TN", "JO", "US", "XX")
STRICT = {"btc": "wallet", "eth": "wallet", "tron": "wallet"}
SEEDS = (
    "رقمه ٠٦١٢٣٤٥٦٧٨ وحسابه على الانستا hamid_99",
    "zero six douze soixante-dix-huit then 06 12 (+212) wa.me/212612345678",
    "hxxps://evil[.]com/a?b=1 hamid (at) gmail (dot) com 41.250.1.2:8080 2001:db8::1",
    "MA64 0115 1900 0001 2050 0053 4921 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4 4111 1111 1111 1111 order #1234",
    '{"id":1,"text":"میری مدد کریں","country":"PK"}',
)


def one(data: bytes) -> None:
    """Read one text by every door; raise when something does not hold."""
    source = atheris.FuzzedDataProvider(data)
    country = COUNTRIES[source.ConsumeIntInRange(0, len(COUNTRIES) - 1)]
    text = data[1:].decode("utf-8", "replace") if data else ""
    identify(text)
    if fold(fold(text)) != fold(text):
        raise AssertionError("folding twice is not folding once")
    words(text)
    for found in find_identifiers(text, country=country):
        if not 0 <= found.start < found.end <= len(text):
            raise AssertionError(f"outside of the text: {found}")
        _settled(found.type, found.value)
    for kind in KINDS:
        tolerant(kind, text, country)
    try:
        answer(text)
    except BadLine:
        return


def _settled(kind: str, value: str) -> None:
    unlisted = kind == "iban" and value.startswith("DZ") and len(value) == 24
    if kind in {"card", "domain"} or unlisted:
        return
    try:
        same = normalise(STRICT.get(kind, kind), value).value
    except BadIdentifier as error:
        raise AssertionError(f"refused by the strict door: {kind} {value!r}") from error
    value = value.lower() if kind == "eth" else value  # its capitals are a checksum
    if same.replace(".", "") != value.replace(".", ""):
        raise AssertionError(f"not settled: {kind} {value!r} became {same!r}")


def main() -> None:
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 600
    options = [f"-max_total_time={seconds}", "-max_len=600", "-timeout=20", "-verbosity=0"]
    for seed in SEEDS:  # lexicons and models are read once, outside of the time a text may take
        identify(seed)
        answer(json.dumps({"id": 1, "text": seed}))
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(SEEDS):
            (Path(corpus) / str(number)).write_bytes(b"\1" + seed.encode())
        atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={corpus}/", corpus], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
