"""Chips that sit where a test wants them."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

from compliance.chips import Chip
from compliance.yamlsource import read

AREA = 100
"""mm^2 of the die or package of a chip built for its density."""


RULESET = """\
id: my-law-2024-01-01
regime: my-law
title: Mine
jurisdiction: US
status: in_force
effective: 2024-01-01
verified: 2024-02-01
evidence: primary
instruments: [{cite: Mine 1}]
entries:
  - {id: "1.a", title: Fast, cite: Mine 1.a, when: tpp >= 100}
licensing:
  - id: all
    for: ["1.a"]
    to: CN
    requires: license
    review: [{policy: unstated}]
    cite: Mine 2
"""


def chip(**fields: Any) -> Chip:  # noqa: ANN401 - any field of a spec
    """Return a chip with a name and the fields given."""
    return Chip.model_validate({"id": "x", "name": "X", "vendor": "V", **fields})


def decimal(number: Fraction) -> str | None:
    """Return a number as a decimal text of at most 20 places; None where that takes more."""
    scaled = number * 10**20
    if scaled.denominator != 1:
        return None
    digits = f"{Decimal(scaled.numerator).scaleb(-20):.20f}"
    return digits.rstrip("0").rstrip(".") if len(digits) <= 41 else None


def at(metric: str, amount: Fraction, unit: str = "") -> Chip | None:
    """Return a chip whose metric is exactly `amount`, written in `unit`.

    The metric is a bandwidth, a density or a performance. None where the amount can't be written
    in that unit.
    """
    if metric in ("transistors", "app", "ctp", "lut_inputs", "single_ended_io"):
        return _plain(metric, amount)
    if metric in ("performance_density", "hbm_bandwidth_density"):
        amount *= AREA
    if metric in ("tpp", "bit_tops", "performance_density"):
        amount /= 8
    text = decimal(amount)
    if text is None:
        return None
    quantity = f"{text} {unit}"
    memory = {"type": "HBM3", "bandwidth": quantity}
    fields: dict[str, dict[str, Any]] = {
        "io_bandwidth": {"links": [{"name": "link", "bandwidth": quantity}]},
        "transceiver_rate": {"fpld": {"transceivers": quantity}},
        "hbm_bandwidth_density": {
            "kind": "hbm",
            "memory": memory,
            "package_area": f"{AREA} mm^2",
        },
    }
    fields["interconnect_bandwidth"] = fields["io_bandwidth"]
    if metric in ("tpp", "bit_tops", "performance_density"):
        die = {"name": "die", "area": f"{AREA} mm^2", "planar": False}
        return chip(compute={"int8": quantity}, dies=[die])
    return chip(**fields.get(metric, {"memory": memory, "links": []}))


def _plain(metric: str, amount: Fraction) -> Chip | None:
    """Return a chip whose metric is a number without a unit."""
    text = decimal(amount)
    if metric in ("app", "ctp"):
        return chip(kind="system", declared={metric: Decimal(text)}) if text else None
    if text is None or amount.denominator != 1:
        return None
    if metric == "transistors":
        return chip(transistors=Decimal(text))
    if metric == "single_ended_io":
        return chip(fpld={metric: int(amount)})
    board = {"chip": {"id": "f", "name": "F", "vendor": "V", "fpld": {metric: Decimal(text)}}}
    return chip(kind="system", contains=[board])


def as_json(file_text: str) -> Any:  # noqa: ANN401 - whatever the file says
    """Return a data file as a JSON parser would see it."""

    def number(value: Decimal) -> int | float:
        return int(value) if value == int(value) else float(value)

    return json.loads(json.dumps(read(file_text, "file").data, default=number))
