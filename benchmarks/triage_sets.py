# SPDX-License-Identifier: AGPL-3.0-or-later
"""Messy reports with identifiers planted in them: invented, written for the bench, seeded.

The sentences around the values and the ways to write a value were written apart from the finders'
word lists. Each report has zero to three identifiers and up to two numbers that are none.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.triage_values import Value, btc, digits, eth, iban, tron

Writer = Callable[[random.Random, "Case"], tuple[str, list[Value]]]
_NAMES: list[str] = re.findall(
    r"[a-z]+",
    "dark hamid karim sara lina zed nour walid samir rania ghost king queen prince wolf "
    "tiger amir youssef reda imad hiba salma bilal usman ayesha zara fahad noman omar "
    "rashid hassan lucas leo emma chloe kevin mike jenny scorpion shadow hunter angel star "
    "moon lion ",
)
_COUNTRIES = {
    "MA": ("212", "0", ("61", "66", "67", "70", "76", "77"), 7, 9),
    "JO": ("962", "0", ("77", "78", "79"), 7, 9),
    "PK": ("92", "0", ("300", "301", "312", "321", "333", "345"), 7, 10),
    "DZ": ("213", "0", ("55", "66", "77", "54"), 7, 9),
    "EG": ("20", "0", ("10", "11", "12", "15"), 8, 10),
    "TN": ("216", "", ("20", "22", "52", "55", "98"), 6, 8),
    "FR": ("33", "0", ("61", "62", "75", "76"), 7, 9),
    "SA": ("966", "0", ("50", "53", "55"), 7, 9),
    "IQ": ("964", "0", ("770", "780", "750"), 7, 10),
}
_FORMS = ("ar", "fr", "en", "ur", "ary-Latn", "ur-Latn")
_AR, _UR = "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"
_DIGIT_WORDS = {
    "ar": "صفر واحد اثنين ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf",
    "en": "zero one two three four five six seven eight nine",
    "ur": "صفر ایک دو تین چار پانچ چھ سات آٹھ نو",
    "ary-Latn": "sifr wahed jouj tlata reb3a khmsa stta sb3a tmnya ts3oud",
    "ur-Latn": "zero ek do teen char panch che saat aath nau",
}
_THEN = {
    "ar": (" ثم ", " وبعدها ", " بعدين "),
    "fr": (" puis ", " ensuite ", " et "),
    "en": (" then ", " and then ", " and "),
    "ur": (" پھر ", " اور ", " اس کے بعد "),
    "ary-Latn": (" mn b3d ", " w ", " o mn b3d "),
    "ur-Latn": (" phir ", " aur ", " uske baad "),
}


@dataclass(frozen=True, slots=True)
class Case:
    """One report: its form, its country, the text and what is planted in it."""

    form: str
    country: str
    text: str = ""
    truth: frozenset[Value] = frozenset()


def reports(count: int, seed: int) -> Iterator[Case]:
    """Yield `count` reports, the same for the same seed."""
    draw = random.Random(seed)
    for _ in range(count):
        form = draw.choice(_FORMS)
        blank = Case(form, draw.choice(sorted(_COUNTRIES)))
        parts, truth = [], set()
        for kind in draw.choices(sorted(_WRITERS), weights=_WEIGHTS, k=draw.randint(0, 3)):
            sentence, values = _WRITERS[kind](draw, blank)
            parts.append(sentence)
            truth.update(values)
        parts += [_decoy(draw, form) for _ in range(draw.randint(0, 2))]
        parts += [draw.choice(_AROUND[form]) for _ in range(draw.randint(1, 3))]
        draw.shuffle(parts)
        joint = draw.choice([". ", "\n", ".\n", " , ", "! "])
        yield Case(form, blank.country, joint.join(parts), frozenset(truth))


# --- phones


def _number(draw: random.Random, country: str) -> tuple[str, str]:
    """Return the national form and E.164 of an invented mobile number."""
    code, trunk, fronts, rest, _ = _COUNTRIES[country]
    body = draw.choice(fronts) + digits(draw, rest)
    return trunk + body, f"+{code}{body}"


def _grouped(draw: random.Random, digits: str, between: str) -> str:
    sizes: tuple[int, ...] = draw.choice([(2,), (3,), (4, 3), (2, 3)])
    parts: list[str] = []
    at = 0
    while at < len(digits):
        size = sizes[len(parts) % len(sizes)]
        parts.append(digits[at : at + size])
        at += size
    return between.join(parts)


def _phone(draw: random.Random, case: Case) -> tuple[str, list[Value]]:
    national, full = _number(draw, case.country)
    way = draw.randrange(14)
    if way < 2:
        link = ("https://wa.me/{}", "https://api.whatsapp.com/send?phone={}&text=salam")[way]
        return link.format(full[1:]), [("phone", full)]
    shown = _disguised(draw, case, national, full) if way < 12 else national
    return draw.choice(_SAYS_PHONE[case.form]).format(shown), [("phone", full)]


def _disguised(draw: random.Random, case: Case, national: str, full: str) -> str:
    """Return a number as people write it so that it is read, or so that no filter reads it."""
    cut = draw.randint(3, len(national) - 3)
    words = _DIGIT_WORDS[case.form].split()
    spoken = draw.choice([" ", " ", ", "]).join(words[int(digit)] for digit in national)
    body = national.lstrip("0")
    pictures = (" 📞 ", "🔥", " ❤️ ", " ... ", "_", " \n")
    ways = (
        full,
        "00" + full[1:],
        f"{full[:-6]} {full[-6:-3]} {full[-3:]}",
        _grouped(draw, national, draw.choice([" ", ".", "-", "/", " - "])),
        national.translate(str.maketrans("0123456789", draw.choice([_AR, _UR]))),
        national[:cut] + draw.choice(_THEN[case.form]) + national[cut:],
        spoken,
        national[:cut] + draw.choice(pictures) + national[cut:],
        draw.choice(["+00" + full[1:], full.replace("+", "+ ")]),
        "".join(digit + "\ufe0f\u20e3" for digit in national),
        f"({full[: len(full) - len(body)]}) {body}",
    )
    return draw.choice(ways)


_SAYS_PHONE = {
    "ar": ("رقمه {}", "اتصل من الرقم {} عدة مرات", "واتساب {}", "كلمني على {}", "هذا جواله: {}"),
    "fr": (
        "son numéro c'est le {}",
        "appelle le {}",
        "whatsapp : {}",
        "il m'a appelée du {}",
        "tel {}",
    ),
    "en": (
        "his number is {}",
        "he called me from {}",
        "whatsapp {}",
        "text {} and you will see",
        "phone: {}",
    ),
    "ur": ("اس کا نمبر {} ہے", "واٹس ایپ {}", "اس نے {} سے کال کی", "فون نمبر: {}"),
    "ary-Latn": ("nmrto hia {}", "kay3iyet mn {}", "whatsapp dyalo {}", "tel {}", "ra9m dyalo {}"),
    "ur-Latn": (
        "uska number {} hai",
        "{} se call aati hai",
        "whatsapp {}",
        "is number pe {} call karo",
    ),
}

# --- accounts


def _name(draw: random.Random, *, plain: bool = False) -> str:
    first, second = draw.choice(_NAMES), draw.choice(_NAMES)
    if plain:
        return first + second
    return draw.choice(
        [
            f"{first}_{second}",
            f"{first}.{second}{draw.randint(1, 99)}",
            f"{first}{draw.randint(10, 9999)}",
            f"_{first}{second}_",
            f"{first.title()}_{draw.randint(1, 99)}",
            f"{first}.{second}",
        ]
    )


_PLATFORMS = {
    "instagram": {
        "ar": ("الانستا", "انستغرام", "الانستقرام"),
        "ur": ("انسٹاگرام", "انسٹا"),
        "": ("insta", "instagram", "IG", "Instagram"),
    },
    "snapchat": {
        "ar": ("السناب", "سناب شات"),
        "ur": ("اسنیپ چیٹ",),
        "": ("snap", "snapchat", "Snap"),
    },
    "telegram": {
        "ar": ("التلغرام", "تيليجرام", "تلجرام"),
        "ur": ("ٹیلیگرام",),
        "": ("telegram", "tg", "Telegram"),
    },
    "tiktok": {
        "ar": ("التيك توك", "تيك توك"),
        "ur": ("ٹک ٹاک",),
        "": ("tiktok", "tik tok", "TikTok"),
    },
    "facebook": {
        "ar": ("الفيس بوك", "الفيسبوك", "فيس"),
        "ur": ("فیس بک",),
        "": ("facebook", "fb", "Facebook"),
    },
    "x": {"ar": ("تويتر",), "ur": ("ٹوئٹر",), "": ("twitter", "Twitter")},
}
_LINKS = {
    "instagram": (
        "https://www.instagram.com/{}/",
        "instagram.com/{}?igsh=abc1",
        "https://instagram.com/{}",
    ),
    "snapchat": ("https://www.snapchat.com/add/{}", "snapchat.com/add/{}"),
    "telegram": ("https://t.me/{}", "t.me/{}"),
    "tiktok": ("https://www.tiktok.com/@{}", "tiktok.com/@{}?lang=ar"),
    "facebook": ("https://m.facebook.com/{}", "https://www.facebook.com/{}?mibextid=Z"),
    "x": ("https://x.com/{}", "https://twitter.com/{}/status/12"),
}
_SAYS_HANDLE = {
    "ar": (
        "حسابه على {p} {n}",
        "يوزره في {p} هو {n}",
        "{p}: {n}",
        "راسلني من {p} باسم {n}",
        "{p} {n} هذا هو",
    ),
    "fr": (
        "son {p} c'est {n}",
        "il est sur {p} sous le nom {n}",
        "{n} sur {p}",
        "compte {p} : {n}",
        "{p} @{n}",
    ),
    "en": (
        "his {p} is {n}",
        "he goes by {n} on {p}",
        "{p}: {n}",
        "on {p} he is called {n}",
        "{p} @{n}",
    ),
    "ur": (
        "{p} پر اس کی آئی ڈی {n} ہے",
        "اس کا {p} اکاؤنٹ {n}",
        "{p}: {n}",
        "{n} نام سے {p} پر ہے",
    ),
    "ary-Latn": (
        "smito f {p} {n}",
        "compte dyalo f {p} howa {n}",
        "{p} dyalo {n}",
        "{p}: {n}",
        "{n} f {p}",
    ),
    "ur-Latn": (
        "uski {p} id {n} hai",
        "{p} pe {n} naam se hai",
        "{p} id: {n}",
        "{n} hai {p} par uska",
    ),
}
_SAYS_UNKNOWN = {
    "ar": ("اليوزر {n}", "معرفه @{n}", "راسلني @{n}"),
    "fr": ("son pseudo est {n}", "il signe @{n}", "pseudo : {n}"),
    "en": ("his username is {n}", "user {n} wrote to me", "it was @{n}"),
    "ur": ("اس کا یوزر نیم {n} ہے", "@{n} نے لکھا"),
    "ary-Latn": ("lpseudo dyalo {n}", "sift liya @{n}"),
    "ur-Latn": ("uska username {n} hai", "@{n} ne msg kiya"),
}


def _handle(draw: random.Random, case: Case) -> tuple[str, list[Value]]:
    if draw.random() < 0.15:
        name = _name(draw)
        said = draw.choice(_SAYS_UNKNOWN[case.form]).format(n=name)
        return said, [("handle", f"unknown:{name.lower()}")]
    platform = draw.choice(sorted(_PLATFORMS))
    if draw.random() < 0.25:
        name = _name(draw)
        return draw.choice(_LINKS[platform]).format(name), [
            ("handle", f"{platform}:{name.lower()}")
        ]
    words = _PLATFORMS[platform].get(case.form, _PLATFORMS[platform][""])
    if draw.random() < 0.3:
        words = _PLATFORMS[platform][""]
    frame = draw.choice(_SAYS_HANDLE[case.form])
    marked = any(
        mark in frame for mark in (": {n}", "is {n}", "c'est {n}", "called {n}", "@{n}", "هو {n}")
    )
    name = _name(draw, plain=marked and draw.random() < 0.3)
    return frame.format(p=draw.choice(words), n=name), [("handle", f"{platform}:{name.lower()}")]


# --- mail, links, addresses


def _host(draw: random.Random) -> str:
    first = draw.choice(
        ["secure", "pay", "gift", "bank", "win", "post", "crypto", "job", "visa", "track"]
    )
    second = draw.choice(["-online", "-help", "24", "-ma", "center", "hub", "-verify", "zone"])
    return (
        first
        + second
        + draw.choice([".com", ".xyz", ".top", ".net", ".info", ".example", ".ma", ".pk"])
    )


def _defanged(draw: random.Random, text: str) -> str:
    dot = draw.choice(["[.]", "(.)", "[dot]", "(dot)"])
    return text.replace(".", dot)


def _email(draw: random.Random, case: Case) -> tuple[str, list[Value]]:
    local = f"{draw.choice(_NAMES)}.{draw.choice(_NAMES)}{draw.randint(1, 99)}"
    host = draw.choice(["gmail.com", "hotmail.fr", "yahoo.com", "outlook.com", _host(draw)])
    way = draw.randrange(6)
    shown = f"{local}@{host}"
    if way == 0:
        shown = f"{local} at {host.replace('.', ' dot ')}" if host[0] in "ghyo" else shown
    elif way == 1:
        shown = f"{local}[@]{_defanged(draw, host)}"
    elif way == 2:
        shown = f"{local} (at) {_defanged(draw, host)}"
    elif way == 3:
        shown = f"<{local.title()}@{host.upper()}>"
    said = {
        "ar": "ايميله {}",
        "fr": "son mail {}",
        "en": "he wrote from {}",
        "ur": "ای میل {}",
        "ary-Latn": "l email dyalo {}",
        "ur-Latn": "uski email {} hai",
    }[case.form]
    return said.format(shown), [("email", f"{local}@{host}")]


def _url(draw: random.Random, case: Case) -> tuple[str, list[Value]]:
    host = _host(draw)
    path = draw.choice(
        ["/pay?id=" + digits(draw, 4), "/login", "/a/b.php?x=1&y=2", "/track/" + digits(draw, 6)]
    )
    scheme = draw.choice(["http", "https"])
    shown = f"{scheme}://{host}{path}"
    if draw.random() < 0.4:
        shown = f"{scheme.replace('tt', 'xx')}://{_defanged(draw, host)}{path}"
    said = {
        "ar": "أرسل لي الرابط {}",
        "fr": "il a envoyé ce lien {}",
        "en": "the link was {}",
        "ur": "لنک یہ ہے {}",
        "ary-Latn": "sift liya had lien {}",
        "ur-Latn": "ye link bheja {}",
    }[case.form]
    return said.format(shown), [("url", f"{scheme}://{host}{path}")]


def _domain(draw: random.Random, case: Case) -> tuple[str, list[Value]]:
    host = _host(draw)
    shown = _defanged(draw, host) if draw.random() < 0.4 else host
    said = {
        "ar": "الموقع اسمه {}",
        "fr": "le site s'appelle {}",
        "en": "the website is {}",
        "ur": "ویب سائٹ {}",
        "ary-Latn": "site smito {}",
        "ur-Latn": "website {} hai",
    }[case.form]
    return said.format(shown), [("domain", host)]


def _ip(draw: random.Random, case: Case) -> tuple[str, list[Value]]:
    if draw.random() < 0.25:
        tail = ":".join(f"{draw.randint(1, 65535):x}" for _ in range(4))
        return f"IP 2a01:cb00:{tail}::1"[:99], [("ip", f"2a01:cb00:{tail}:0:1")]
    address = ".".join(str(draw.randint(1, 254)) for _ in range(4))
    shown = draw.choice(
        [address, f"{address}:{draw.randint(1024, 65000)}", address.replace(".", "[.]")]
    )
    return f"ip {shown}", [("ip", address)]


_WRITERS: dict[str, Writer] = {
    "btc": btc,
    "domain": _domain,
    "email": _email,
    "eth": eth,
    "handle": _handle,
    "iban": iban,
    "ip": _ip,
    "phone": _phone,
    "tron": tron,
    "url": _url,
}
_WEIGHTS = [1, 1, 2, 1, 4, 2, 1, 5, 1, 2]

# --- what is no identifier


def _decoy(draw: random.Random, form: str) -> str:
    number = digits(draw, draw.randint(6, 10))
    general = [
        f"{draw.randint(1, 28)}/{draw.randint(1, 12)}/2026 1{draw.randint(0, 9)}:30",
        f"#{number}",
        f"IMG-2026{draw.randint(1001, 1231)}-WA{digits(draw, 4)}.jpg",
        f"{draw.randint(1, 9)}{digits(draw, 2)} 000",
    ]
    own = {
        "ar": (
            f"رقم الطلب {number}",
            f"دفعت {draw.randint(100, 9000)} دينار",
            "عمري 17 سنة",
            "قبل 3 أيام الساعة 10:30",
        ),
        "fr": (
            f"commande n° {number}",
            f"j'ai payé {draw.randint(100, 9000)} dh",
            "j'ai 17 ans",
            "mon compte facebook est bloqué",
        ),
        "en": (
            f"order number {number}",
            f"I paid ${draw.randint(100, 9000)}",
            "I am 17",
            "my instagram was hacked at 10:30 pm",
        ),
        "ur": (f"آرڈر نمبر {number}", f"{draw.randint(100, 90000)} روپے دیے", "عمر 17 سال"),
        "ary-Latn": (
            f"commande n° {number}",
            f"khlest {draw.randint(100, 9000)} dh",
            "3ndi 17 3am",
            "dkhel l facebook dyali",
        ),
        "ur-Latn": (
            f"order number {number}",
            f"Rs {draw.randint(100, 90000)} diye",
            "umar 17 saal hai",
            "mera instagram hack ho gaya",
        ),
    }
    return draw.choice([*general, *own[form], *own[form]])


_AROUND = {
    "ar": (
        "أحتاج إلى مساعدة",
        "هددني بنشر صوري",
        "خايفة من أهلي",
        "ما عرفت شو أعمل",
        "حسابي مسروق",
    ),
    "fr": ("aidez-moi svp", "il menace de tout publier", "j'ai peur", "je ne sais pas quoi faire"),
    "en": ("please help me", "he wants to post my pictures", "I am scared", "no idea what to do"),
    "ur": ("میری مدد کریں", "وہ دھمکی دیتا ہے", "بہت ڈر لگ رہا ہے", "کچھ سمجھ نہیں آتا"),
    "ary-Latn": ("3awnouni 3afak", "hdedni b tsawri", "khayfa bzaf", "ma3reftch chno ndir"),
    "ur-Latn": ("meri madad karein", "wo dhamki deta hai", "bohat darr lag raha hai", "kya karun"),
}
