"""The circumstances of a transaction: what a question says besides which chip."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - get_args reads the annotations below
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from decimal import Decimal

Activity = Literal["export", "reexport", "transfer"]
"""What is done with the item; a transfer is one within a country."""

View = Literal["enforced", "text"]
"""Whether to judge by what is enforced, or by what the text says."""

Exporter = Literal["other", "fabricator", "osat"]
"""What the exporter is: the rules for foundries speak of front-end fabricators and of OSATs."""

Attestation = Literal["approved", "authorized", "packager", "none"]
"""Who attests the figures of an advanced logic IC: its designer, who is approved or authorized, or
whoever packages it."""

Ledger = Literal["consignee_year", "consignee", "country", "china", "us"]
"""What a limit of quantity adds up, in TPP: shipped to one consignee in a calendar year or ever,
installed in one country, and of one commodity shipped to China and Macau or to customers in the
United States."""


class Question(NamedTuple):
    """The circumstances of a transaction.

    Attributes:
        on: the day.
        to: the destination, as a country code.
        headquarters: where the end user or its ultimate parent is headquartered; None where that
            was not said, and then it is taken to be the destination.
        activity: what is done with the item.
        informed: whether the exporter was informed by letter; None where that was not said.
        view: whether the text counts or what is enforced.
        known_on: only what had been published by this day counts; None for all.
        exporter: what the exporter is.
        attested: who attests the figures; None where that was not said.
        quantity: how many of the chip or system; None where that was not said.
        shipped: TPP shipped before, by ledger.
        claims: the ids of exceptions whose requirements on the parties are said to be met.
        origins: whose law was asked: jurisdictions, sorted.
    """

    on: date
    to: str
    headquarters: str | None = None
    activity: Activity = "export"
    informed: bool | None = None
    view: View = "enforced"
    known_on: date | None = None
    exporter: Exporter = "other"
    attested: Attestation | None = None
    quantity: int | None = None
    shipped: tuple[tuple[Ledger, Decimal], ...] = ()
    claims: tuple[str, ...] = ()
    origins: tuple[str, ...] = ("US",)

    def before(self, ledger: Ledger) -> Decimal | None:
        """Return the TPP shipped before that a ledger has; None where that was not said."""
        return dict(self.shipped).get(ledger)
