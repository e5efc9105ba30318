"""Columns for a while: what is used more than once is computed once, and dropped at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw

if TYPE_CHECKING:
    from typing import Any

PREFIX = "__compliance_"
"""Of the names of columns that come and go."""


class Stages:
    """Expressions that wait to become columns, by the stage in which they do.

    An expression may use columns of earlier stages only.
    """

    def __init__(self) -> None:
        self._stages: dict[int, list[nw.Expr]] = {}
        self._kept: dict[str, nw.Expr] = {}
        self._names: dict[int, str] = {}

    def keep(self, expression: nw.Expr, stage: int) -> nw.Expr:
        """Return the column that an expression becomes in a stage."""
        name = f"{PREFIX}{len(self._kept)}"
        self._stages.setdefault(stage, []).append(expression.alias(name))
        self._kept[name] = column = nw.col(name)
        self._names[id(column)] = name
        return column

    def name(self, expression: nw.Expr, stage: int) -> str:
        """Return the name of the column that an expression is, or becomes in a stage."""
        name = self._names.get(id(expression))
        return name or self._names[id(self.keep(expression, stage))]

    def holds(self, name: str) -> bool:
        """Return whether a column is one of these."""
        return name in self._kept

    def applied(self, frame: Any) -> Any:  # noqa: ANN401 - a frame, eager or lazy, as it came
        """Return a frame with all columns that wait."""
        for stage in sorted(self._stages):
            frame = frame.with_columns(*self._stages[stage])
        return frame

    def dropped(self, frame: Any) -> Any:  # noqa: ANN401 - as above
        """Return a frame without them."""
        return frame.drop(*self._kept)
