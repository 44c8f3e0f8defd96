# SPDX-License-Identifier: AGPL-3.0-or-later
"""Invented reports of quite another making than `planted`, to hold changes of the rules against.

Here people work in spells: a phone and an account that follow each other, names of accounts that
resemble each other, one way of being paid kept for long. They hunt at home, use what somebody
else wrote word for word, and slips come from eyes and pictures (0 for O, a figure twice) and not
from fingers. What is shared by strangers is other too: a school's number, a clinic that reports
for many, a page in the news, the office of a money changer, a call name that hundreds bear.
No name, number or account is a real person's."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from benchmarks.planted import Planted

Row = dict[str, str]
CODES: Final = {"MA": "+2127", "TN": "+21655", "EG": "+2011", "JO": "+96278", "PK": "+9231"}
DIGITS: Final = {"MA": 8, "TN": 6, "EG": 8, "JO": 7, "PK": 8}
GIVEN: Final = (
    *("Yassine ياسين", "Hamza حمزة", "Anas أنس", "Mehdi مهدي", "Ayoub أيوب", "Sami سامي"),
    *("Marwan مروان", "Rayan ريان", "Ziad زياد", "Nizar نزار", "Hicham هشام", "Farid فريد"),
    *("Usman عثمان", "Bilawal بلاول", "Shahid شاهد", "Sonia سونيا", "Dina دينا", "Mariam مريم"),
)
CALLED: Final = ("abu adam", "abu omar", "mr love", "doctor", "boss", "sniper", "captain", "lucky")
LOOKS_LIKE: Final = {"0": "8", "1": "7", "5": "6", "8": "3", "o": "a", "l": "i", "n": "m", "g": "q"}
SENTENCES: Final = {
    "en": (
        "A {who} wrote to me about a job and asked for a call with the camera on.",
        "After {n} days the person sent me the recording and a list of my cousins.",
        "I was told to buy vouchers for {n} dinars before the evening prayer.",
        "When I blocked the account a new one wrote from {place} the next morning.",
        "My brother knows nothing and I have not slept since {day}.",
        "The picture is not even mine but my head was put on it by {who}.",
    ),
    "fr": (
        "Un {who} m'a contactée pour une annonce de logement à {place}.",
        "Au bout de {n} jours il a réclamé de l'argent contre son silence.",
        "Mon mari ignore tout et je n'ose plus sortir depuis {day}.",
        "La vidéo a été montée, ce n'est pas mon corps, je le jure, c'est {who}.",
        "J'ai payé deux fois par le bureau de transfert de {place} et il recommence.",
        "Il connaît le nom de l'école de ma fille et le numéro de la classe, {n}.",
    ),
    "ar": (
        "تواصل معي {who} بخصوص عمل وطلب مكالمة بالكاميرا.",
        "بعد {n} أيام أرسل لي التسجيل وقائمة بأسماء أقاربي.",
        "طلب مني شراء بطاقات بقيمة {n} دينار قبل المغرب.",
        "حظرت الحساب فكتب لي حساب جديد من {place} في الصباح.",
        "زوجي لا يعلم شيئا ولم أنم منذ يوم {day}.",
        "الصورة ليست لي بل ركب رأسي عليها {who}.",
    ),
}
SCRIPT: Final = (
    "Listen {who}, I have the recording from {day} and {n} of your contacts from {place}. You pay "
    "today or everybody sees it. Do not go to the police, do not delete your page, I will know."
)


@dataclass(slots=True)
class Spell:
    """What an alleged perpetrator goes by for a time."""

    phone: str
    account: str
    paid: Row


@dataclass(slots=True)
class Person:
    home: str
    names: list[str]
    spells: list[Spell]
    mail: str
    language: str
    careful: float


class Otherwise:
    """A set of reports from a seed."""

    def __init__(self, seed: int, count: int) -> None:
        self.rng, self.count = random.Random(seed), count
        self.families = [self._word(3) for _ in range(400)]
        self.schools = [self._phone(self._home()) for _ in range(max(3, count // 400))]
        self.clinics = [
            (self._phone(home := self._home()), f"{self._word(3)}@clinic.example", home)
            for _ in range(max(2, count // 1500))
        ]
        self.news = [f"https://news-{self._word(2)}.example/{n}" for n in range(6)]
        self.changers = [self._account() for _ in range(max(2, count // 1000))]
        self.lines = [f"+9626500{self.rng.randrange(10**4):04}" for _ in range(5)]

    def reports(self) -> Iterator[Planted]:
        """All of them, in the order of arrival."""
        made: list[Planted] = []
        who = 0
        while len(made) < self.count:
            person = self._person()
            victims = self._victims()
            made += [
                Planted(self._report(person, at / victims), who)
                for at in range(min(victims, self.count - len(made)))
            ]
            who += 1
        self.rng.shuffle(made)
        for number, planted in enumerate(made):
            planted.report["id"] = number
            yield planted

    def _victims(self) -> int:
        """Most have few; one in thirty is a trade."""
        rng = self.rng
        if rng.random() < 0.03:
            return 20 + rng.randrange(60)
        return 1 + min(15, int(rng.expovariate(0.55)))

    def _person(self) -> Person:
        rng, home = self.rng, self._home()
        stem, paid = self._word(3), self._payment()
        spells = []
        for _ in range(1 + int(rng.expovariate(0.8))):
            # A banned account comes back under nearly its name, rarely under another.
            account = f"{stem}_{self._word(2)}{rng.randrange(100)}"
            spells.append(Spell(self._phone(home), account, paid))
            paid = self._payment() if rng.random() < 0.3 else paid
            stem = self._word(3) if rng.random() < 0.4 else stem
        given = GIVEN[min(len(GIVEN) - 1, int(rng.expovariate(0.25)))]
        family = self.families[min(399, int(rng.expovariate(0.02)))]
        names = [f"{given.split()[rng.randrange(2)]} {family}", given.split()[0]]
        if rng.random() < 0.15:
            names = [rng.choice(CALLED)]
        language = rng.choice(list(SENTENCES))
        mail = f"{self._word(3)}{rng.randrange(1000)}@{rng.choice(('mail', 'post'))}.example"
        return Person(home, names, spells, mail, language, rng.choice((0.3, 0.6, 0.9)))

    def _report(self, person: Person, when: float) -> dict[str, object]:
        rng = self.rng
        country = person.home if rng.random() < 0.85 else self._home()
        at = min(len(person.spells) - 1, int(when * len(person.spells)))
        rows, told = self._named(person, person.spells[at]), [self._story(person.language)]
        for row in list(rows):
            if rng.random() < 0.25:  # some people write everything into the story
                rows.remove(row)
                told.append(f"{row['value']}")
        rows += self._strangers(country)
        report: dict[str, object] = {"country": country, "identifiers": rows}
        if rng.random() < 0.5 * person.careful + 0.1:
            weights = [3, 1][: len(person.names)]
            report["name"] = self._as_heard(rng.choices(person.names, weights)[0])
        if rng.random() < 0.7:
            if rng.random() < 0.15:
                told.insert(0, self._filled(SCRIPT))
            report["text"] = " ".join(told)
        return report

    def _named(self, person: Person, spell: Spell) -> list[Row]:
        rng, open_ = self.rng, person.careful
        rows: list[Row] = []
        on_phone = rng.random() < 0.6
        if on_phone or rng.random() < 0.2:
            value = self._slipped(spell.phone, 5)
            rows.append({"type": "phone", "value": self._written(value)})
        if not on_phone or rng.random() < 0.25:
            name = self._slipped(spell.account, 0)
            platform = "instagram" if len(spell.account) % 2 else "telegram"
            host = "instagram.com" if platform == "instagram" else "t.me"
            forms = (f"{platform}:{name}", f"https://{host}/{name}", f"{platform} @{name}")
            rows.append({"type": "handle", "value": rng.choice(forms)})
        if rng.random() < open_ * 0.6:
            rows.append(dict(spell.paid))
        if rng.random() < 0.1:
            rows.append({"type": "email", "value": person.mail})
        return rows

    def _strangers(self, country: str) -> list[Row]:
        """What reports name besides him."""
        rng = self.rng
        rows: list[Row] = []
        if rng.random() < 0.06:
            rows.append({"type": "phone", "value": self._phone(country)})
        if rng.random() < 0.03:
            rows.append({"type": "phone", "value": rng.choice(self.schools)})
        if rng.random() < 0.03:
            phone, mail, _ = rng.choice(self.clinics)
            rows += [{"type": "phone", "value": phone}, {"type": "email", "value": mail}]
        if rng.random() < 0.04:
            rows.append({"type": "url", "value": rng.choice(self.news)})
        if rng.random() < 0.03:
            rows.append({"type": "iban", "value": rng.choice(self.changers)})
        if rng.random() < 0.03:
            rows.append({"type": "phone", "value": rng.choice(self.lines)})
        return rows

    def _payment(self) -> Row:
        rng = self.rng
        draw = rng.random()
        if draw < 0.5:
            return {"type": "iban", "value": self._account()}
        if draw < 0.8:
            return {"type": "tron", "value": "T" + self._letters(33)}
        return {"type": "eth", "value": "0x" + "".join(rng.choices("0123456789abcdef", k=40))}

    def _account(self) -> str:
        digits = "".join(self.rng.choices("0123456789", k=24))
        return f"MA{98 - int(digits + '221000') % 97:02d}{digits}"

    def _slipped(self, value: str, start: int) -> str:
        """As eyes and pictures mistake it: one sign for another, a figure twice, the end cut."""
        rng = self.rng
        if rng.random() > 0.06:
            return value
        slip: Callable[[int], str] = rng.choice(
            (
                lambda at: value[:at] + LOOKS_LIKE.get(value[at], value[at - 1]) + value[at + 1 :],
                lambda at: value[:at] + value[at] + value[at:],
                lambda _: value[:-1],
            )
        )
        return slip(rng.randrange(start, len(value)))

    def _written(self, phone: str) -> str:
        rng = self.rng
        if rng.random() < 0.3:
            return " ".join((phone[:4], phone[4:7], phone[7:]))
        return phone.replace("+", "00") if rng.random() < 0.3 else phone

    def _as_heard(self, name: str) -> str:
        rng = self.rng
        for one, other in (("h", ""), ("ou", "oo"), ("z", "s"), ("ee", "i")):
            if rng.random() < 0.08:
                name = name.replace(one, other)
        return f"Mr {name}" if rng.random() < 0.1 else name

    def _story(self, language: str) -> str:
        lines = SENTENCES[language]
        return " ".join(
            self._filled(one) for one in self.rng.sample(lines, self.rng.randrange(2, 5))
        )

    def _filled(self, sentence: str) -> str:
        said = {"who": self._word(2), "n": self.rng.randrange(2, 900)}
        return sentence.format(**said, place=self._word(3), day=self._word(2))

    def _home(self) -> str:
        return self.rng.choices(list(CODES), [5, 2, 4, 2, 3])[0]

    def _phone(self, country: str) -> str:
        count = DIGITS[country]
        return CODES[country] + "".join(self.rng.choices("0123456789", k=count))

    def _letters(self, count: int) -> str:
        return "".join(
            self.rng.choices("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnop", k=count)
        )

    def _word(self, count: int) -> str:
        rng = self.rng
        return "".join(rng.choice("bcdfghklmnprstwz") + rng.choice("aeiou") for _ in range(count))
