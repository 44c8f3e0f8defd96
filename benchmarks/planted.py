# SPDX-License-Identifier: AGPL-3.0-or-later
"""Invented reports with known offenders behind them, for measuring links.

Shaped after what is known of such cases (triage, section 5): few offenders have most victims, they
change numbers and spell their names anew, people type digits of three scripts with slips, and
most shared values are nobody's: hotlines, support mailboxes, the victim's own number, people who
report often, names of public figures, fashionable nicknames, accounts lent to many, and texts
that everybody copies. No name, number or account is a real person's."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

COUNTRIES: Final = {
    "MA": ("+212", "6", 9),
    "DZ": ("+213", "5", 9),
    "TN": ("+216", "2", 8),
    "LY": ("+218", "91", 9),
    "EG": ("+20", "10", 10),
    "JO": ("+962", "79", 9),
    "IQ": ("+964", "77", 10),
    "PK": ("+92", "30", 10),
}
TOLL_FREE: Final = {"MA": "+21280", "JO": "+96280022", "FR": "+33800"}
FIRST: Final = [
    *("Mohamed محمد", "Ahmed أحمد", "Youssef يوسف", "Karim كريم", "Omar عمر", "Hassan حسن"),
    *("Said سعيد", "Rachid رشيد", "Khaled خالد", "Bilal بلال", "Tarek طارق", "Samir سمير"),
    *("Nabil نبيل", "Walid وليد", "Fouad فؤاد", "Jamal جمال", "Amine أمين", "Zakaria زكريا"),
    *("Imran عمران", "Faisal فيصل", "Ibrahim إبراهيم", "Mustafa مصطفى", "Adnan عدنان"),
    *("Salma سلمى", "Nadia نادية", "Amina أمينة", "Leila ليلى", "Huda هدى", "Rania رانيا"),
]
LAST: Final = [
    *("Haddad حداد", "Mansouri منصوري", "Idrissi إدريسي", "Bouzid بوزيد", "Khatib خطيب"),
    *("Nasser ناصر", "Saleh صالح", "Qureshi قريشي", "Malik مالك", "Benali بنعلي", "Tazi تازي"),
    *("Rahmani رحماني", "Hamdan حمدان", "Shahin شاهين", "Zidan زيدان", "Obeidat عبيدات"),
    *("Fassi فاسي", "Jaber جابر", "Sabri صبري", "Darwish درويش", "Ghazal غزال", "Lahlou لحلو"),
    *("Mirza ميرزا", "Chaudhry شودري", "Bakri بكري", "Sharif شريف", "Amrani عمراني"),
    *("Kabbaj قباج", "Touati تواتي", "Meziane مزيان", "Belkacem بلقاسم", "Hijazi حجازي"),
]
PLATFORMS: Final = ["instagram", "facebook", "telegram", "tiktok", "snapchat", "x"]
NICKNAMES: Final = ["king", "lion", "angel", "prince", "queen", "shadow", "ghost", "wolf", "star"]
HOSTS: Final = ["gmail.com", "outlook.com", "yahoo.com", "proton.me", "mail.example"]
EASTERN: Final = ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹")
BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
VOCABULARY: Final = {
    "ar": "هددني بنشر صوري إذا لم أدفع له المال وقال إنه يعرف عائلتي ومكان عملي وطلب تحويل مبلغ "
    "كبير إلى حساب ثم حذفني من القائمة وعاد باسم آخر يرسل رسائل كل ليلة ويضحك مني أمام أصدقائي "
    "وأنا خائف ولا أعرف ماذا أفعل منذ أسبوع شهر سنة قريب بيت مدرسة هاتف صفحة تعليق مقطع صوت",
    "fr": "il menace de publier mes photos si je ne paie pas il dit connaître ma famille et mon "
    "travail il demande un virement sur un compte puis il revient sous un autre nom chaque nuit "
    "il rit de moi devant mes amis depuis une semaine un mois maison école téléphone page voix",
    "en": "he says he will publish my pictures unless I pay he knows my family and where I work "
    "he wants money sent to an account and then comes back under another name every night and "
    "laughs at me before my friends since a week a month home school phone page comment voice",
    "ur": "وہ کہتا ہے کہ میری تصویریں شائع کر دے گا اگر میں نے پیسے نہ دیے وہ میرے گھر والوں کو "
    "جانتا ہے اور میرے دفتر کو بھی ہر رات نئے نام سے واپس آتا ہے اور دوستوں کے سامنے ہنستا ہے "
    "ایک ہفتے سے ایک مہینے سے گھر اسکول فون صفحہ آواز پیغام رقم بینک اکاؤنٹ خوف مدد",
}


@dataclass(frozen=True, slots=True)
class Mix:
    """Proportions of a set. The defaults are one guess; `OTHERS` are others."""

    phone: float = 0.7
    handle: float = 0.5
    iban: float = 0.3
    wallet: float = 0.15
    email: float = 0.2
    name: float = 0.45
    text: float = 0.5
    typo: float = 0.05
    decoy: float = 1.0
    change: float = 0.2
    alias: float = 0.15
    script: float = 0.08


OTHERS: Final = {
    "few names": Mix(name=0.15, phone=0.65, typo=0.04),
    "many decoys": Mix(decoy=2.5, iban=0.3),
    "many slips": Mix(typo=0.15, alias=0.05),
    "changing": Mix(change=0.7, alias=0.4, handle=0.6),
}


@dataclass(slots=True)
class Offender:
    country: str
    phones: list[str]
    handles: list[str]
    ibans: list[str]
    wallets: list[str]
    emails: list[str]
    names: list[str]
    script: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Planted:
    """A report and who is behind it."""

    report: dict[str, object]
    offender: int


class Plant:
    """A set of reports from a seed: the same seed gives the same set."""

    def __init__(self, seed: int, count: int, mix: Mix | None = None) -> None:
        self.random = random.Random(seed)
        self.count, self.mix = count, mix or Mix()
        self.hotlines = [self._hotline() for _ in range(24)]
        self.mailboxes = [f"{w}@{self._word()}-bank.example" for w in ("support", "info")] * 4
        self.mailboxes += [f"{self._word()}.team@meta-{n}.example" for n in range(8)]
        self.figures = [self._name() for _ in range(25)]
        self.mules = [self._iban("MA") for _ in range(max(4, count // 1500))]
        self.copied = [self._story(self.random.choice(list(VOCABULARY))) for _ in range(40)]
        self.often = [self._phone(self._country()) for _ in range(max(2, count // 2000))]

    def reports(self) -> Iterator[Planted]:
        """All of them, in the order of arrival."""
        made: list[Planted] = []
        who = 0
        while len(made) < self.count:
            victims = min(40, int(self.random.paretovariate(1.05)))
            offender = self._offender(victims)
            made += [
                Planted(self._report(offender, at / victims), who)
                for at in range(min(victims, self.count - len(made)))
            ]
            who += 1
        self.random.shuffle(made)
        for number, planted in enumerate(made):
            planted.report["id"] = f"r{number}"
            yield planted

    def _offender(self, victims: int) -> Offender:
        rng, country = self.random, self._country()
        many = 1 + int(victims**0.5 * self.mix.change * rng.random() * 2)
        ibans = [self._iban(country) for _ in range(1 + many // 3)]
        if rng.random() < 0.06 * self.mix.decoy:
            ibans[0] = rng.choice(self.mules)
        names = [self._name() for _ in range(1 + (rng.random() < self.mix.alias))]
        if rng.random() < 0.05 * self.mix.decoy:
            names[0] = rng.choice(self.figures)
        handles = [self._handle() for _ in range(1 + many // 2)]
        if rng.random() < 0.06 * self.mix.decoy:
            handles[0] = f"{rng.choice(PLATFORMS)}:{rng.choice(NICKNAMES)}{rng.randrange(30)}"
        return Offender(
            country,
            [self._phone(country) for _ in range(many)],
            handles,
            ibans,
            [self._wallet() for _ in range(1 + many // 4)],
            [self._email() for _ in range(1 + many // 3)],
            names,
            self._words(rng.choice(list(VOCABULARY)), 60),
        )

    def _report(self, of: Offender, when: float) -> dict[str, object]:
        rng, mix = self.random, self.mix
        country = of.country if rng.random() < 0.5 else self._country()
        rows: list[dict[str, str]] = []
        for kind, values, share in (
            ("phone", of.phones, mix.phone),
            ("handle", of.handles, mix.handle),
            ("iban", of.ibans, mix.iban),
            ("wallet", of.wallets, mix.wallet),
            ("email", of.emails, mix.email),
        ):
            if rng.random() < share and len(rows) < 4:
                # Numbers follow each other; an old one is still used now and then.
                at = int(when * len(values)) if rng.random() < 0.7 else rng.randrange(len(values))
                rows.append(self._typed(kind, values[min(at, len(values) - 1)], country))
        rows += self._decoys(country)
        report: dict[str, object] = {"country": country, "identifiers": rows}
        if rng.random() < mix.name:
            report["name"] = self._spelt(rng.choice(of.names))
        if rng.random() < mix.text:
            report["text"] = self._told(of)
        return report

    def _decoys(self, country: str) -> list[dict[str, str]]:
        rng, much = self.random, self.mix.decoy
        rows = []
        if rng.random() < 0.04 * much:
            rows.append(self._typed("phone", rng.choice(self.hotlines), country))
        if rng.random() < 0.03 * much:
            rows.append({"type": "email", "value": rng.choice(self.mailboxes)})
        if rng.random() < 0.05 * much:
            rows.append(self._typed("phone", self._phone(country), country))
        if rng.random() < 0.015 * much:
            rows.append(self._typed("phone", rng.choice(self.often), country))
        return rows

    def _told(self, of: Offender) -> str:
        rng = self.random
        draw = rng.random()
        if draw < 0.05 * self.mix.decoy:
            return self._changed(rng.choice(self.copied).split(), 0.05)
        if draw < 0.05 * self.mix.decoy + self.mix.script:
            return self._changed(of.script, 0.08)
        return self._story(rng.choice(list(VOCABULARY)))

    def _story(self, language: str) -> str:
        return " ".join(self._words(language, self.random.randrange(15, 90)))

    def _words(self, language: str, count: int) -> list[str]:
        rng, known = self.random, VOCABULARY[language].split()
        return [rng.choice(known) if rng.random() < 0.75 else self._word() for _ in range(count)]

    def _changed(self, words: list[str], share: float) -> str:
        rng = self.random
        return " ".join(self._word() if rng.random() < share else word for word in words)

    def _typed(self, kind: str, value: str, country: str) -> dict[str, str]:
        rng = self.random
        if rng.random() < self.mix.typo:
            value = self._slip(value, 4 if kind == "phone" else value.find(":") + 1)
        if kind == "phone":
            return {"type": kind, "value": self._phone_as_typed(value, country)}
        if kind == "handle":
            platform, _, name = value.partition(":")
            forms = [value, f"{platform}: @{name}", f"https://{platform}.com/{name}"]
            if platform == "telegram":
                forms[2] = f"https://t.me/{name}"
            if platform == "snapchat":
                forms[2] = value
            return {"type": kind, "value": rng.choice(forms)}
        if kind == "iban" and rng.random() < 0.4:
            value = " ".join(value[at : at + 4] for at in range(0, len(value), 4))
        if kind == "email" and rng.random() < 0.2:
            value = value.replace("@", "[at]").replace(".", "[.]")
        return {"type": kind, "value": value}

    def _phone_as_typed(self, value: str, country: str) -> str:
        rng = self.random
        code = COUNTRIES[country][0]
        text = value
        if value.startswith(code) and rng.random() < 0.5:
            text = "0" + value[len(code) :]
        elif rng.random() < 0.3:
            text = "00" + value[1:]
        if rng.random() < 0.3:
            text = "".join(c + (" " if i % 3 == 2 else "") for i, c in enumerate(text)).strip()
        if rng.random() < 0.2:
            digits = rng.choice(EASTERN)
            text = "".join(digits[int(c)] if c.isascii() and c.isdigit() else c for c in text)
        return text

    def _slip(self, value: str, start: int) -> str:
        rng = self.random
        at = rng.randrange(min(start, len(value) - 2), len(value) - 1)
        draw, old = rng.random(), value[at]
        other = rng.choice("0123456789" if old.isdigit() else "abcdefghijklmnopqrstuvwxyz")
        if draw < 0.5:
            return value[:at] + other + value[at + 1 :]
        if draw < 0.7:
            return value[:at] + value[at + 1] + old + value[at + 2 :]
        return value[:at] + value[at + 1 :] if draw < 0.85 else value[:at] + other + value[at:]

    def _spelt(self, name: str) -> str:
        rng = self.random
        latin, arabic = name.split("|")
        if rng.random() < 0.45:
            return arabic
        for one, other in (("ou", "u"), ("kh", "k"), ("ss", "s"), ("ed", "ad"), ("i", "ee")):
            if rng.random() < 0.2:
                latin = latin.replace(one, other)
        if rng.random() < self.mix.typo:
            latin = self._slip(latin, 1)
        return latin.upper() if rng.random() < 0.1 else latin

    def _name(self) -> str:
        rng = self.random
        parts = [rng.choice(FIRST), rng.choice(LAST)]
        if rng.random() < 0.5:
            parts.insert(1, rng.choice(FIRST))
        if rng.random() < 0.4:
            # Most families are not on any short list.
            made = self._word().capitalize()
            parts[-1] = f"{made} {made}"
        return " ".join(p.split()[0] for p in parts) + "|" + " ".join(p.split()[1] for p in parts)

    def _country(self) -> str:
        return self.random.choice(list(COUNTRIES))

    def _phone(self, country: str) -> str:
        code, front, length = COUNTRIES[country]
        rest = "".join(self.random.choices("0123456789", k=length - len(front)))
        return code + front + rest

    def _hotline(self) -> str:
        rng = self.random
        if rng.random() < 0.3:
            return TOLL_FREE["MA"] + "".join(rng.choices("0123456789", k=7))
        return self._phone(self._country())

    def _handle(self) -> str:
        rng = self.random
        name = self._word() + rng.choice(["", "_", "."]) + self._word()
        if rng.random() < 0.6:
            name += str(rng.randrange(1000))
        return f"{rng.choice(PLATFORMS)}:{name}"

    def _email(self) -> str:
        rng = self.random
        return f"{self._word()}.{self._word()}{rng.randrange(100)}@{rng.choice(HOSTS)}"

    def _iban(self, country: str) -> str:
        del country
        bban = "".join(self.random.choices("0123456789", k=24))
        check = 98 - int(bban + "221000") % 97
        return f"MA{check:02d}{bban}"

    def _wallet(self) -> str:
        return "T" + "".join(self.random.choices(BASE58, k=33))

    def _word(self) -> str:
        rng = self.random
        count = rng.randrange(2, 4)
        return "".join(rng.choice("bdfghjklmnrstz") + rng.choice("aiou") for _ in range(count))
