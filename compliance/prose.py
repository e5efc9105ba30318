"""Provisions in one line of words each, for comparing and for reading."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from compliance.values import number

if TYPE_CHECKING:
    from datetime import date

    from compliance.provisions import (
        Entry,
        LicenseException,
        LicensingRow,
        Limit,
        ReviewRow,
        Scope,
    )


def entry_text(entry: Entry) -> str:
    """Return an entry's criterion and notes in one line."""
    notes = "".join(f"; unless {note.note}: {note.when.text}" for note in entry.unless)
    return f"{entry.item}: {entry.when.text}{notes}"


def exception_text(exception: LicenseException) -> str:
    """Return whom and what an exception serves in one line."""
    where = " or".join(scope_text(scope) or " anywhere" for scope in exception.where)
    limits = "".join(f"; {limit_text(limit)}" for limit in exception.limits)
    claim = f"; asks for {exception.claim}" if exception.claim else ""
    items = f"{exception.when.text};" if exception.when else "all items;"
    return f"{items}{where}{limits}{claim}"


def row_text(row: LicensingRow) -> str:
    """Return a license requirement in one line."""
    reviews = ", ".join(review_text(review) for review in row.review)
    exceptions = f"; exceptions: {', '.join(row.exceptions)}" if row.exceptions else ""
    review = f"; review: {reviews}" if reviews else ""
    what = f"{', '.join(row.entries)}{scope_text(row)}: {row.requires}"
    return f"{what}{''.join(f'; {clock}' for clock in clocks(row))}{review}{exceptions}"


def clocks(row: LicensingRow, known_on: date | None = None) -> list[str]:
    """Return from when and until when a row counts, as far as was known on a day."""
    ended = row.enforced_until
    if known_on and ended and known_on <= ended:
        ended = None
    named = (
        ("to be complied with from", row.compliance),
        ("in the text until", row.text_until),
        ("enforced until", ended),
    )
    return [f"{words} {day}" for words, day in named if day]


def review_text(review: ReviewRow, mark: str = "") -> str:
    """Return a review policy and whom it fits in one line; `mark` stands around expressions."""
    when = f" if {mark}{review.when.text}{mark}" if review.when else ""
    limits = "".join(f", {limit_text(limit)}" for limit in review.limits)
    return f"{review.policy.replace('_', ' ')}{scope_text(review, mark)}{when}{limits}"


def scope_text(scope: Scope, mark: str = "") -> str:
    """Return the circumstances of a scope in words; empty where it has none."""
    party = scope.headquarters.text if scope.headquarters else ""
    parts = [
        f" to {mark}{scope.to.text}{mark}" if scope.to else "",
        f" by a party headquartered in {mark}{party}{mark}" if party else "",
        f" by {' or '.join(scope.activity)}" if scope.activity else "",
    ]
    return ",".join(part for part in parts if part)


def limit_text(limit: Limit) -> str:
    """Return a limit of quantity in words."""
    if limit.at_most is not None:
        what = f"{number(limit.at_most)} TPP"
    else:
        share = number((limit.share or Decimal(0)) * 100)
        return f"at most {share} % of {LEDGERS[limit.of or 'us']}, {limit.per}"
    if limit.then:
        return f"beyond {what} per {limit.per}, {limit.then}"
    return f"at most {what} per {limit.per}"


LEDGERS = {
    "consignee_year": "what was shipped to the consignee this year",
    "country": "what is installed in the country",
    "consignee": "what was ever shipped to the consignee",
    "china": "what was shipped to China and Macau",
    "us": "what was shipped to customers in the US",
}
