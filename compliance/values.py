"""Values of metrics: ranges with exact ends, and how numbers are written for reading."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_INFINITY = Decimal("Infinity")


class Value:
    """What is known of a metric for one chip.

    Attributes:
        low: the least it can be; None where nothing is known.
        high: the most it can be; None where there is no upper end.
        least: the same, infinite where it is None.
        most: as above.
        lacks: the facts that would make it exact, in the words of a datasheet.
    """

    __slots__ = ("_how", "high", "lacks", "least", "low", "most")

    low: Decimal | None
    high: Decimal | None
    least: Decimal
    most: Decimal
    lacks: tuple[str, ...]

    def __init__(
        self,
        low: Decimal | None,
        high: Decimal | None,
        lacks: tuple[str, ...] = (),
        how: Callable[[], str] | None = None,
    ) -> None:
        self.low = low
        self.high = high
        self.least = -_INFINITY if low is None else low
        self.most = _INFINITY if high is None else high
        self.lacks = lacks
        self._how = how

    @property
    def exact(self) -> bool:
        """Whether it is a single number."""
        return self.low is not None and self.low == self.high

    @property
    def how(self) -> str:
        """The arithmetic, such as `FP16 148 TFLOPS x 16 bits = 2,368`; may be empty."""
        return self._how() if self._how else ""

    def __str__(self) -> str:
        return span(self.low, self.high)

    def __repr__(self) -> str:
        return f"Value({self}, lacks={self.lacks})"


def number(amount: Decimal, places: int = 2) -> str:
    """Return a number for reading: exact if it is finite and short, else rounded to `places`."""
    short = len(amount.as_tuple().digits) <= _SHORT
    text = f"{amount:,f}" if short else f"{amount:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


_SHORT = 45
"""Digits of a product of two inputs at most; a quotient that does not end has a hundred."""


def span(low: Decimal | None, high: Decimal | None, places: int = 2) -> str:
    """Return a range for reading; ends that do not end are rounded to `places`."""
    if low is None:
        return "unknown"
    if low == high:
        return number(low, places)
    if high is None:
        return f"at least {number(low, places)}"
    return (
        f"{number(low, places)} to {number(high, places)}"
        if low
        else f"at most {number(high, places)}"
    )
