"""OpenFisca and PolicyEngine: engines of tax law, which judge many rows at once.

Both keep single precision. OpenFisca carries a NaN, so that a comparison which a missing value
fails possibly holds; PolicyEngine takes no NaN, and -1 stands for it. The simulation is made before
the clock starts; timed are the inputs set and the outputs calculated: the same as a screened frame
has more, as codes, without the one that is the same in every row.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from benchmarks.rows import (
    ENTRIES,
    EXPORTABLE,
    FIELDS,
    LISTED,
    MISSING,
    NEAR,
    OUTCOMES,
    UNDETERMINED,
    Columns,
)
from benchmarks.terms import entry, exception

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.terms import Term

PERIOD = "2024-01"
OUTPUTS = ("outcome", "exportable", "entries", "missing")
_SENTINEL = -1.0


class Engine(NamedTuple):
    """One of the two, which are of one family.

    Attributes:
        name: as it is shown.
        package: as it is imported.
        sentinel: a number stands for what is missing, instead of NaN.
    """

    name: str
    package: str
    sentinel: bool

    def prepare(self, columns: Columns) -> Callable[[], list[Any]]:
        """Return a function that judges the columns and returns the outputs."""
        names = ("entities", "periods", "taxbenefitsystems", "variables", "simulations")
        part = {name: import_module(f"{self.package}.{name}") for name in names}
        entities = part["entities"]
        chip = entities.build_entity(key="chip", plural="chips", label="chip", is_person=True)
        month = part["periods"].MONTH
        system = part["taxbenefitsystems"].TaxBenefitSystem([chip])

        def add(name: str, value_type: type, **more: object) -> None:
            common = {"entity": chip, "definition_period": month, "label": name}
            fields = {**common, "value_type": value_type, **more}
            system.add_variable(type(name, (part["variables"].Variable,), fields))

        for name in FIELDS:
            add(name, float)
        formulas = self._formulas()
        for name, formula in formulas.items():
            add(name, int, formula=formula)
        inputs = self._inputs(columns)
        builder = part["simulations"].SimulationBuilder()
        simulation = builder.build_default_simulation(system, len(columns.tpp))

        def run() -> list[Any]:
            for name in (*inputs, *formulas):
                simulation.delete_arrays(name, PERIOD)
            for name, values in inputs.items():
                simulation.set_input(name, PERIOD, values)
            return [simulation.calculate(name, PERIOD) for name in OUTPUTS]

        return run

    def near(self) -> bool:
        """Return whether it takes a TPP of 4,799.9999 for less than 4,800."""
        true = np.ones(1, dtype=bool)
        codes = self.prepare(Columns(np.full(1, NEAR), np.ones(1), true, true))()
        return OUTCOMES[codes[0][0]] == "not_listed"

    def _inputs(self, columns: Columns) -> dict[str, Any]:
        flags = np.where(columns.stated, columns.datacenter.astype(np.float64), np.nan)
        values = (columns.tpp, columns.performance_density, flags)
        inputs = dict(zip(FIELDS, values, strict=True))
        if self.sentinel:
            return {k: np.where(np.isnan(v), _SENTINEL, v) for k, v in inputs.items()}
        return inputs

    def _formulas(self) -> dict[str, Callable[[Any, Any], Any]]:
        """Return the formulas of all that is calculated."""
        return {
            "entry0": self._truth(lambda side: entry(ENTRIES[0], side, whole=False)),
            "entry1": self._truth(lambda side: entry(ENTRIES[1], side, whole=False)),
            "exception": self._truth(lambda side: exception(side, whole=False)),
            "outcome": _outcome,
            "exportable": lambda chip, period: chip("outcome", period),
            "entries": _entries,
            "missing": lambda chip, period: self._missing(chip, period),  # noqa: PLW0108 - they count arguments
        }

    def _truth(self, rule: Callable[[Any], Term]) -> Callable[[Any, Any], Any]:
        """Return the formula of a rule: 2 where it surely holds, 1 where it possibly does."""
        surely, possibly = rule("surely"), rule("possibly")

        def formula(chip: Any, period: Any) -> Any:  # noqa: ANN401 - the engine's own
            known: dict[tuple[str, str, float, str], Any] = {}

            def value(term: Term) -> Any:  # noqa: ANN401 - an array
                if term.word == "not":
                    return ~value(term.terms[0])
                if term.terms:
                    join = np.logical_and if term.word == "all" else np.logical_or
                    result = value(term.terms[0])
                    for part in term.terms[1:]:
                        result = join(result, value(part))
                    return result
                key = (term.word, term.name, term.number, term.side)
                if key not in known:
                    known[key] = self._compared(term, chip, period)
                return known[key]

            return value(surely).astype(np.int32) + value(possibly)

        return formula

    def _compared(self, term: Term, chip: Any, period: Any) -> Any:  # noqa: ANN401 - as above
        """Return one comparison: with NaN it is false, and with -1 that has to be told."""
        surely = term.side == "surely"
        if term.word == "meets":
            truth = chip(f"entry{ENTRIES.index(term.name)}", period)
            return truth == 2 if surely else truth != 0  # noqa: PLR2004 - true
        values = chip(term.name, period)
        number = 1.0 if term.word == "is" else term.number
        above = term.word != "<"
        if not self.sentinel:
            if surely:
                return values >= number if above else values < number
            return ~(values < number) if above else ~(values >= number)
        if above:
            return values >= number if surely else (values >= number) | (values < 0)
        return (values < number) & (values >= 0) if surely else values < number

    def _missing(self, chip: Any, period: Any) -> Any:  # noqa: ANN401 - as above
        tpp, density, datacenter = (chip(name, period) for name in FIELDS)
        gone = [v < 0 if self.sentinel else np.isnan(v) for v in (tpp, density, datacenter)]
        # From 4,800 on the density decides nothing.
        bits = gone[0] + 2 * (gone[1] & ~(tpp >= 4800)) + 4 * gone[2]  # noqa: PLR2004 - the law's
        return np.where(chip("outcome", period) == UNDETERMINED, bits, 0)


def said(codes: Sequence[Any], row: int) -> tuple[str, ...]:
    """Return what the codes of one row stand for."""
    words = (OUTCOMES, EXPORTABLE, LISTED, MISSING)
    return tuple(text[int(code[row])] for text, code in zip(words, codes, strict=True))


def _outcome(chip: Any, period: Any) -> Any:  # noqa: ANN401 - as above
    listed = np.maximum(chip("entry0", period), chip("entry1", period))
    excepted = chip("exception", period)
    unknown = (listed == 1) | (excepted == 1)
    return np.where(listed == 0, 0, np.where(unknown, UNDETERMINED, np.where(excepted, 1, 2)))


def _entries(chip: Any, period: Any) -> Any:  # noqa: ANN401 - as above
    first, second = chip("entry0", period), chip("entry1", period)
    return np.where(first == 2, 1, np.where(second == 2, 2, 0))  # noqa: PLR2004 - true


ENGINES = (
    Engine("OpenFisca-core", "openfisca_core", sentinel=False),
    Engine("policyengine-core", "policyengine_core", sentinel=True),
)
