# SPDX-License-Identifier: AGPL-3.0-or-later
"""Identifiers in running text, as people write them."""

from __future__ import annotations

import pytest

from amana.kernel.identifiers import find_identifiers


def found(text: str, country: str | None = "MA") -> set[tuple[str, str]]:
    return {(one.type, one.value) for one in find_identifiers(text, country=country)}


@pytest.mark.parametrize(
    "written",
    [
        "call 0612345678 now",
        "06 12 34 56 78",
        "06.12.34.56.78",
        "06/12/34/56/78",
        "06-12-34-56-78.",
        "رقمه ٠٦١٢٣٤٥٦٧٨",
        "۰۶۱۲۳۴۵۶۷۸",
        "+212 612-345678",
        "+212 (0) 612 345 678",
        "00212612345678",
        "+00 212 612 34 56 78",
        "212612345678",
        "0️⃣6️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣",
        "06 12 then 34 56 78",
        "0612 🔥 345 🔥 678",
        "0612 ثم 345 وبعدها 678",
        "starts with 0612 and ends with 345678",
        "0612\n345678",
        "zero six one two three four five six seven eight",
        "zéro six douze trente-quatre cinquante-six soixante-dix-huit",
        "صفر ستة واحد اثنين ثلاثة اربعة خمسة ستة سبعة ثمانية",
        "صفر چھ ایک دو تین چار پانچ چھ سات آٹھ",
        "sifr stta wa7d jouj tlata reb3a khmsa stta sb3a tmnya",
        "https://wa.me/212612345678?text=hi",
        "api.whatsapp.com/send?phone=212612345678",
        "https://t.me/+212612345678",
        "screenshot_0612345678.png",
        "tel:+212612345678",
    ],
)
def test_a_phone_is_found_however_it_is_written(written: str) -> None:
    assert found(written) == {("phone", "+212612345678")}


@pytest.mark.parametrize(
    "written",
    [
        "le 12/05/2024 à 14:30",
        "2024-05-12T14:30:00",
        "order no 0612345678",
        "رقم الطلب 0612345678",
        "commande n° 0612345678",
        "paid 1500000 dh and 10 000 MAD",
        "IMG-20240512-WA0003.jpg",
        "CNIC 42101-1234567-1",
        "the code is 482913",
        "version 10.2.3.4",
        "in 2023, 2024 and 2025 we were 300 people in 12 villages",
        "#0612345678",
        "page 12 of 345",
    ],
)
def test_other_numbers_are_no_phones(written: str) -> None:
    assert found(written) == set()


@pytest.mark.parametrize(
    ("written", "handle"),
    [
        ("my insta is scary.guy_99", "instagram:scary.guy_99"),
        ("his instagram: darkwolf", "instagram:darkwolf"),
        ("snap: karim.x9", "snapchat:karim.x9"),
        ("tg @Bad_Guy", "telegram:bad_guy"),
        ("حسابه على الانستا hamid_99", "instagram:hamid_99"),
        ("حسابه في السناب شات اسمه karimx", "snapchat:karimx"),
        ("انسٹاگرام پر اس کا نام ali.khan77 ہے", "instagram:ali.khan77"),
        ("uski insta id ali_khan hai", "instagram:ali_khan"),
        ("son pseudo snap c'est lucas_du_93", "snapchat:lucas_du_93"),
        ("hamid_99 sur instagram m'a écrit", "instagram:hamid_99"),
        ("insta dyalo hamid_99", "instagram:hamid_99"),
        ("https://www.instagram.com/Bad.Guy/?hl=ar", "instagram:bad.guy"),
        ("facebook.com/ali.hamdan.12", "facebook:ali.hamdan.12"),
        ("a man called @some_one wrote", "unknown:some_one"),
        ("his username is dark_wolf", "unknown:dark_wolf"),
        ("يوزره darkwolf", "unknown:darkwolf"),
        ("يوزره تويتر darkwolf", "x:darkwolf"),
        ("l compte: hamza_y", "unknown:hamza_y"),
        ("insta badguy7", "instagram:badguy7"),
        ("u/dark_wolf posted it", "reddit:dark_wolf"),
    ],
)
def test_accounts_in_prose_carry_their_platform(written: str, handle: str) -> None:
    assert found(written) == {("handle", handle)}


@pytest.mark.parametrize(
    "written",
    [
        "my instagram was hacked",
        "he blocked me on facebook and snapchat",
        "mon compte instagram est piraté",
        "telegram and whatsapp are down today",
        "mera facebook account hack ho gaya hai",
        "sift liya f instagram bzaf dyal messages",
        "تم اختراق حسابي على الفيسبوك",
        "see you in line 5",
        "I watched it on tiktok yesterday",
        "mera beta roblox khelta hai, kisi ne camera on karwaya",
        "insta bzaf rba7t fiha m3a s7abi",
    ],
)
def test_a_platform_alone_is_no_account(written: str) -> None:
    assert found(written) == set()


@pytest.mark.parametrize(
    ("written", "kind", "value"),
    [
        ("write to Hamid.B@Gmail.com.", "email", "hamid.b@gmail.com"),
        ("hamid (at) gmail (dot) com", "email", "hamid@gmail.com"),
        ("hamid at gmail dot com", "email", "hamid@gmail.com"),
        ("hamid[@]evil[.]org", "email", "hamid@evil.org"),
        ("hxxps://evil[.]com/pay?id=3", "url", "https://evil.com/pay?id=3"),
        ("(see http://evil.example/a_(b))", "url", "http://evil.example/a_(b)"),
        ("الرابط https://evil.com/payوبعدها", "url", "https://evil.com/pay"),
        ("go to secure-pay.xyz now", "domain", "secure-pay.xyz"),
        ("evil[.]museum", "domain", "evil.museum"),
        ("رابط: موقع.مصر اليوم", "domain", "xn--4gbrim.xn--wgbh1c"),
        ("from 41.250.1.2:8080", "ip", "41.250.1.2"),
        ("from 41[.]250[.]1[.]2", "ip", "41.250.1.2"),
        ("ip 2001:DB8::0:1", "ip", "2001:db8::1"),
        ("RIB MA64 0115 1900 0001 2050 0053 4921", "iban", "MA64011519000001205000534921"),
        ("iban DZ58 0002 1000 0111 3000 0005 70", "iban", "DZ580002100001113000000570"),
        ("JO٩٤ CBJO ٠٠١٠ ٠٠٠٠ ٠٠٠٠ ٠١٣١ ٠٠٠٣ ٠٢", "iban", "JO94CBJO0010000000000131000302"),
        (
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "eth",
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        ),
        (
            "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t.",
            "tron",
            "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
        ),
    ],
)
def test_other_kinds_are_found(written: str, kind: str, value: str) -> None:
    assert found(written) == {(kind, value)}


def test_a_wrong_checksum_is_no_address() -> None:
    assert found("send to 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD") == set()
    assert found("iban MA64 0115 1900 0001 2050 0053 4922") == set()


def test_an_ip_keeps_its_port_and_time() -> None:
    [one] = find_identifiers("41.250.1.2:8080 at 2024-05-12 14:05 UTC")
    assert one.note == "port:8080 time:2024-05-12T14:05UTC"
