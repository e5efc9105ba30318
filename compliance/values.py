"""Values of metrics: ranges with exact ends, and how numbers are written for reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal


class Value:
    """What is known of a metric for one chip.

    Attributes:
        low: the least it can be; None where nothing is known.
        high: the most it can be; None where there is no upper end.
        lacks: the facts that would make it exact, in the words of a datasheet.
    """

    __slots__ = ("_how", "high", "lacks", "low")

    low: Decimal | None
    high: Decimal | None
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


def number(amount: Decimal) -> str:
    """Return a number for reading: exact where that takes at most six decimals, else two."""
    exponent = amount.normalize().as_tuple().exponent
    exact = isinstance(exponent, int) and exponent >= -_MOST_DECIMALS
    text = f"{amount:,f}" if exact else f"{amount:,.2f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


_MOST_DECIMALS = 6


def span(low: Decimal | None, high: Decimal | None) -> str:
    """Return a range for reading."""
    if low is None:
        return "unknown"
    if low == high:
        return number(low)
    if high is None:
        return f"at least {number(low)}"
    return f"{number(low)} to {number(high)}" if low else f"at most {number(high)}"
