"""Rules that count: whether a quantity keeps within a limit, and how many of a chip do.

A limit is an amount of aggregate TPP, or a share of another amount. Without a quantity it is a
condition like others, and is shown with the number of such chips that fits.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

from compliance.conditions import Condition
from compliance.logic import FALSE, TRUE, UNKNOWN, Truth
from compliance.units import EXACT

if TYPE_CHECKING:
    from compliance.circumstances import Question
    from compliance.findings import Facts
    from compliance.items import Item
    from compliance.provisions import Limit


class Counted(Condition):
    """The quantity asked about keeps within a limit."""

    limit: Limit

    def test(self, facts: Facts) -> Truth:
        """Return whether it does: of a system, its quantity counts, not that of its parts."""
        assert facts.question is not None  # noqa: S101 - a quantity is part of a transaction
        return holds(self.limit, facts.whole.item, facts.question)


def holds(limit: Limit, item: Item, question: Question) -> Truth:
    """Return whether the quantity asked about keeps within a limit.

    A limit that is not counted, for want of a quantity or of the amount it is a share of, holds:
    it is shown as a condition. So does one beyond which only a duty follows. Where nothing is said
    of earlier shipments, there were none.
    """
    cap, quantity = ceiling(limit, question), question.quantity
    if limit.then or cap is None or quantity is None:
        return TRUE
    before = question.before(limit.ledger) or Decimal(0)
    low, high = item.aggregate.low, item.aggregate.high
    with localcontext(EXACT):
        if low is not None and before + quantity * low > cap:
            return FALSE
        if high is not None and before + quantity * high <= cap:
            return TRUE
    return UNKNOWN


def ceiling(limit: Limit, question: Question) -> Decimal | None:
    """Return the aggregate TPP a limit allows; None for a share of an amount not stated."""
    if limit.at_most is not None:
        return limit.at_most
    whole = question.before(limit.of) if limit.of else None
    with localcontext(EXACT):
        return None if whole is None or limit.share is None else whole * limit.share


def fitting(limit: Limit, item: Item, question: Question) -> int | None:
    """Return how many of an item fit below a limit, after what was shipped before.

    None where that can't be told: the limit is a share of an unknown amount, or the item's TPP is
    unknown or zero. Of a range, the number that surely fits.
    """
    cap, each = ceiling(limit, question), item.aggregate.high
    if cap is None or not each:
        return None
    with localcontext(EXACT):
        left = max(cap - (question.before(limit.ledger) or 0), Decimal(0))
        return int(left / each)
