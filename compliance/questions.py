"""Questions as people put them: the circumstances read and checked, and the law they call for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple, TypedDict, get_args

from compliance.circumstances import Activity, Attestation, Exporter, Ledger, Question, View
from compliance.errors import argument_error, did_you_mean
from compliance.groups import all_groups, country
from compliance.logic import TRUE
from compliance.rulebook import all_rulesets, regimes, ruleset
from compliance.rulesets import Ruleset


class Circumstances(TypedDict, total=False):
    """What can be said of a transaction, and of the law to judge it by. All of it may be left out.

    Attributes:
        on: the day of the shipment.
        to: the destination, by code or name; China, where that is not said.
        headquarters: where the end user or its ultimate parent is headquartered; the destination,
            where that is not said.
        activity: `export`, `reexport` or `transfer` (in-country).
        informed: whether the exporter was informed by letter, if that is known.
        view: `enforced`, or `text` for what the text says whether enforced or not.
        known_on: leave out what had not been published by this day.
        origin: whose law applies: `US`, `EU`, `JP`, or a member of the EU; several may at once.
        exporter: `fabricator` or `osat` where the rules for foundries apply; else `other`.
        attested: who attests the figures of an advanced logic IC: its `approved` or `authorized`
            designer, the `packager`, or `none`.
        quantity: how many of the chip or system.
        shipped: TPP shipped before, by ledger: `consignee_year`, `consignee`, `country`,
            `china`, `us`.
        claims: ids of license exceptions whose requirements on the parties are met.
        regimes: only these regimes. A letter asked for by name applies to any maker's chip.
        rulesets: only these rulesets, by id or loaded, whether in force or not. With `regimes`,
            both are asked.
        proposed: show what proposals would say, beside the answer.
    """

    on: date | str | None
    to: str | None
    headquarters: str | None
    activity: Activity
    informed: bool | None
    view: View
    known_on: date | str | None
    origin: Iterable[str] | str
    exporter: Exporter
    attested: Attestation | None
    quantity: int | None
    shipped: Mapping[Ledger, Decimal | int]
    claims: Iterable[str] | str
    regimes: Iterable[str] | str
    rulesets: Iterable[str | Ruleset] | str | Ruleset
    proposed: bool


class Asked(NamedTuple):
    """A question as it was put.

    Attributes:
        question: its circumstances; where no day was said, the day is today.
        assumed: those that were not stated: `on`, `to`, `headquarters`.
        named: the rulesets asked for by id.
        others: those asked for by regime, or by whose law they are.
        aside: proposals to be shown beside the answer.
        by_name: a regime or a ruleset was named, so that a letter binds and a proposal counts.
    """

    question: Question
    assumed: frozenset[str]
    named: tuple[Ruleset, ...]
    others: tuple[Ruleset, ...]
    aside: tuple[Ruleset, ...]
    by_name: bool


def read(given: Circumstances) -> Asked:
    """Return a question from what was said.

    Raises:
        InputError: an argument is none of what it may be; names the nearest.
    """
    known = Circumstances.__annotations__
    for name in given:
        if name not in known:
            hint = did_you_mean(name, known)
            raise argument_error("argument", name, f"one of {', '.join(known)}", hint)
    informed = given.get("informed")
    if not isinstance(informed, bool | None):
        raise argument_error("informed", informed, "True, False or None")
    on, to, headquarters = given.get("on"), given.get("to"), given.get("headquarters")
    known_on, proposed = given.get("known_on"), bool(given.get("proposed"))
    origins = _several(given.get("origin", "US"))
    question = Question(
        on=today() if on is None else to_day(on),
        to="CN" if to is None else country(to, "to"),
        headquarters=None if headquarters is None else country(headquarters, "headquarters"),
        activity=_choice(given, "activity", Activity) or "export",
        informed=informed,
        view=_choice(given, "view", View) or "enforced",
        known_on=None if known_on is None else to_day(known_on, "known_on"),
        exporter=_choice(given, "exporter", Exporter) or "other",
        attested=_choice(given, "attested", Attestation),
        quantity=_quantity(given.get("quantity")),
        shipped=_shipped(given.get("shipped") or {}),
        claims=_claims(_several(given.get("claims", ()))),
        origins=tuple(sorted({_origin(text, proposed=proposed) for text in origins})),
    )
    stated = {"on": on, "to": to, "headquarters": headquarters}
    assumed = frozenset(name for name, value in stated.items() if value is None)
    names, ids = _several(given.get("regimes", ())), _several(given.get("rulesets", ()))
    loaded = [law if isinstance(law, Ruleset) else ruleset(law) for law in ids]
    named = list({law.id: law for law in loaded}.values())
    others = _others(names, named, question.origins)
    mine = [law for law in all_rulesets() if law.jurisdiction in question.origins]
    return Asked(
        question,
        assumed,
        tuple(named),
        tuple(law for law in others if _published(law, question)),
        tuple(
            law
            for law in mine
            if proposed
            and law.status == "proposed"
            and law not in (*named, *others)
            and _published(law, question)
        ),
        bool(names or ids),
    )


def _published(law: Ruleset, question: Question) -> bool:
    return question.known_on is None or law.announced <= question.known_on


def _others(
    names: tuple[str, ...], named: list[Ruleset], origins: tuple[str, ...]
) -> list[Ruleset]:
    """Return the rulesets asked for by regime; where nothing is named, those of the origins."""
    there_are = regimes()
    for name in names:
        if name not in there_are:
            hint = did_you_mean(str(name), there_are)
            raise argument_error("regime", name, f"one of {', '.join(there_are)}", hint)
    laws = [law for law in all_rulesets() if law not in named]
    if names:
        laws = [law for law in laws if law.regime in names]
    else:
        laws = [law for law in laws if law.jurisdiction in origins and not named]
        laws = [law for law in laws if law.status != "proposed"]
    deciding = [law for law in laws if law.kind != "notice"]
    silent = [law for law in (*named, *(() if deciding else laws)) if law.kind == "notice"]
    if silent:
        expected = f"one that decides; a notice is said with the answers of {silent[0].about}"
        raise argument_error("ruleset", silent[0].id, expected)
    return deciding


def _origin(text: object, *, proposed: bool) -> str:
    """Return the jurisdiction whose law, or also whose proposals, an origin calls for."""
    laws = [law for law in all_rulesets() if proposed or law.status != "proposed"]
    there_are = sorted({law.jurisdiction for law in laws})
    word = str(text).strip().upper()
    if word in there_are:
        return word
    code = country(str(text), "origin")
    if all_groups()["EU:27"].has(code, date.max) is TRUE:
        return "EU"
    if code in there_are:
        return code
    expected = f"one of {', '.join(there_are)}, or a member of the EU: the law of no other is here"
    raise argument_error("origin", text, expected)


def _choice(given: Circumstances, name: str, choices: Any) -> Any:  # noqa: ANN401 - a Literal
    """Return an argument that has to be one of a few words; None where it was not given."""
    value = given.get(name)
    if value is not None and value not in get_args(choices):
        expected = f"one of {', '.join(get_args(choices))}"
        raise argument_error(name, value, expected, did_you_mean(str(value), get_args(choices)))
    return value


_MOST = 10**12
"""Of anything: chips that can be asked about."""


def _quantity(value: object) -> int | None:
    whole = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _MOST
    if value is not None and not whole:
        raise argument_error("quantity", value, f"a whole number from 1 to {_MOST:,}")
    return value  # type: ignore[return-value]


def _shipped(amounts: object) -> tuple[tuple[Ledger, Decimal], ...]:
    """Return TPP shipped before, by ledger."""
    ledgers = get_args(Ledger)
    if not isinstance(amounts, Mapping):
        raise argument_error("shipped", amounts, f"TPP by one of {', '.join(ledgers)}")
    found = []
    for ledger, amount in amounts.items():
        if ledger not in ledgers:
            hint = did_you_mean(str(ledger), ledgers)
            raise argument_error("shipped", ledger, f"one of {', '.join(ledgers)}", hint)
        try:
            number = Decimal(str(amount))
        except InvalidOperation:
            number = Decimal("nan")
        if not (number.is_finite() and 0 <= number <= _MOST * _MOST):
            raise argument_error(f"shipped {ledger}", amount, "an amount of TPP, zero or more")
        found.append((ledger, number))
    return tuple(found)


def _claims(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return ids of exceptions that can be claimed."""
    there_are = sorted({e.id for law in all_rulesets() for e in law.exceptions if e.claim})
    for name in names:
        if name not in there_are:
            hint = did_you_mean(str(name), there_are)
            expected = f"an exception that has to be claimed: {', '.join(there_are)}"
            raise argument_error("claim", name, expected, hint)
    return names


def _several(names: object) -> tuple[Any, ...]:
    """Return one name or several as several."""
    single = isinstance(names, str | Ruleset) or not isinstance(names, Iterable)
    return (names,) if single else tuple(names)  # type: ignore[arg-type]


def today() -> date:
    """Return the day, in universal time."""
    return datetime.now(UTC).date()


def to_day(text: date | str, option: str = "on") -> date:
    """Return a day given as such or as text.

    Raises:
        InputError: the text is no day.
    """
    if isinstance(text, datetime):
        return text.date()
    if isinstance(text, date):
        return text
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        raise argument_error(option, text, "a date such as 2025-05-01") from None
