"""Ask all the law at once: the assessments of one question, and the answer they add up to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from compliance.assessments import STRICTNESS, Assessment, Exportable, Question
from compliance.chips import Chip
from compliance.engine import assess
from compliance.errors import argument_error, did_you_mean
from compliance.groups import country
from compliance.metrics import measure
from compliance.rulebook import all_rulesets, in_force, last_day, regimes, ruleset
from compliance.rulesets import Activity, Ruleset
from compliance.specs import chip as bundled_chip
from compliance.specs import load_chip
from compliance.values import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compliance.metrics import Item

_UNDECIDED: tuple[Exportable, ...] = ("yes", "conditional")
"""Answers that an undetermined assessment beside them turns into unknown."""

_TOLERANCE = 1
"""Percent by which a declared TPP may differ from the arithmetic without a remark."""


class Answer:
    """What a question comes to, over all the rulesets that were asked.

    Attributes:
        on: the day it is for; None where each ruleset was judged on its own first day.
        outcome: of the strictest assessment, or `undetermined`.
        exportable: what that means for the shipper.
        assessments: those that make it so, in order of time.
        open: undetermined assessments beside a stricter answer.
        judged: all that the answer rests on.
    """

    __slots__ = ("assessments", "exportable", "judged", "on", "open", "outcome")

    def __init__(self, on: date | None, judged: Sequence[Assessment]) -> None:
        decided = [a for a in judged if a.ending]
        open_ = [a for a in judged if not a.ending]
        ranks = [a.ending.rank for a in decided if a.ending]
        strictest = STRICTNESS[max(ranks)] if ranks else None
        self.on = on
        self.judged = judged
        self.outcome: str = "undetermined"
        self.exportable: Exportable = "unknown"
        self.assessments: Sequence[Assessment] = open_
        self.open: Sequence[Assessment] = ()
        if strictest and not (open_ and strictest[2] in _UNDECIDED):
            self.outcome, _, self.exportable = strictest
            self.assessments = [a for a in decided if a.exportable == self.exportable]
            self.open = open_

    @property
    def because(self) -> list[str]:
        """The ids of the rulesets that make it so, in order of time."""
        return [assessment.ruleset.id for assessment in self.assessments]

    @property
    def missing(self) -> list[str]:
        """The facts that would decide an answer that is unknown."""
        facts = [fact for a in self.assessments for fact in a.missing]
        return list(dict.fromkeys(facts))

    @property
    def exceptions(self) -> list[str]:
        """The ids of the license exceptions that may be used."""
        return list(dict.fromkeys(e for a in self.assessments for e in a.exceptions))

    @property
    def reviews(self) -> list[str]:
        """How applications would be reviewed, under each ruleset that asks for a license."""
        return list(dict.fromkeys(a.review for a in self.assessments if a.review))

    def __repr__(self) -> str:
        return f"Answer({self.exportable}: {self.outcome}, because of {self.because})"


class Report:
    """The assessments of one question about one chip, and the answer they add up to.

    Attributes:
        item: the chip, measured.
        question: the transaction; its day is that of the answer.
        assessments: one for each ruleset, in order of time.
        answer: what they add up to.
        assumed: circumstances that were not stated: `on`, `to`, `headquarters`.
        remarks: what a reader should know: stale data, doubtful figures, dates still to come.
    """

    __slots__ = ("answer", "assessments", "assumed", "item", "question", "remarks")

    def __init__(
        self,
        item: Item,
        question: Question,
        *,
        assessments: Sequence[Assessment],
        answer: Answer,
        assumed: frozenset[str],
    ) -> None:
        self.item = item
        self.question = question
        self.assessments = assessments
        self.answer = answer
        self.assumed = assumed
        self.remarks = [*_remarks_on_chip(item), *_remarks_on_law(answer.judged, question.on)]

    @property
    def chip(self) -> Chip:
        """The chip."""
        return self.item.chip

    @property
    def warnings(self) -> list[str]:
        """Figures of the spec file that look like a slip of the unit."""
        return [str(warning) for warning in self.chip.warnings]

    @property
    def exportable(self) -> Exportable:
        """The answer in one word: `yes`, `conditional`, `license`, `denied` or `unknown`."""
        return self.answer.exportable

    @property
    def outcome(self) -> str:
        """What the strictest ruleset says, or `undetermined`."""
        return self.answer.outcome

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain data, in the shape of the JSON report."""
        from compliance.report.as_json import as_dict  # noqa: PLC0415 - a format, loaded by need

        return as_dict([self])

    def __str__(self) -> str:
        from compliance.report import render  # noqa: PLC0415 - as above

        return render([self], "table").rstrip("\n")

    def _repr_html_(self) -> str:
        """Show the report as a table in a notebook."""
        from compliance.report.as_html import fragment  # noqa: PLC0415 - as above

        return fragment(self)

    def __repr__(self) -> str:
        return f"Report({self.chip.id}: {self.answer})"


def check(
    chip: Chip | str | Path,
    *,
    on: date | str | None = None,
    to: str | None = None,
    headquarters: str | None = None,
    activity: Activity = "export",
    informed: bool | None = None,
    regimes: Iterable[str] | str = (),
    rulesets: Iterable[str | Ruleset] | str | Ruleset = (),
) -> Report:
    """Return what the bundled law says of a chip.

    With a day, the rulesets in force then are judged on it. Without one, every ruleset is judged
    on its own first day, and the answer is that of today.

    Args:
        chip: a chip, the id of a bundled one, or the path of a spec file.
        on: the day of the shipment.
        to: the destination, by code or name; China, where that is not said.
        headquarters: where the end user or its ultimate parent is headquartered; the destination,
            where that is not said.
        activity: `export`, `reexport` or `transfer` (in-country).
        informed: whether the exporter was informed by letter, if that is known.
        regimes: only these regimes. A letter asked for by name applies to any maker's chip.
        rulesets: only these rulesets, by id or loaded, whether in force or not. With `regimes`,
            both are asked.

    Raises:
        InputError: an argument is none of these.
    """
    item = measure(_as_chip(chip))
    if not isinstance(informed, bool | None):
        raise argument_error("informed", informed, "True, False or None")
    if activity not in get_args(Activity):
        raise argument_error("activity", activity, f"one of {', '.join(get_args(Activity))}")
    day = None if on is None else to_day(on)
    question = Question(
        day or today(),
        "CN" if to is None else country(to, "to"),
        None if headquarters is None else country(headquarters, "headquarters"),
        activity,
        informed,
    )
    named = [law if isinstance(law, Ruleset) else ruleset(law) for law in _several(rulesets)]
    others = _others(_several(regimes), named)
    by_name = bool(regimes or rulesets)

    def judge(law: Ruleset, when: date) -> Assessment:
        return assess(law, item, question._replace(on=when), by_name=by_name)

    asked = [judge(law, day or law.first_day) for law in named]
    now = [judge(law, question.on) for law in others if in_force(law, question.on)]
    rows = [*asked, *(now if day else [judge(law, law.first_day) for law in others])]
    rows.sort(key=lambda a: (a.ruleset.effective, a.ruleset.id))
    answer = Answer(question.on if day or not named else None, [*asked, *now])
    stated = {"on": on, "to": to, "headquarters": headquarters}
    assumed = frozenset(name for name, value in stated.items() if value is None)
    return Report(item, question, assessments=rows, answer=answer, assumed=assumed)


def _as_chip(chip: object) -> Chip:
    """Return the chip that an argument means."""
    if isinstance(chip, Chip):
        return chip
    if isinstance(chip, str):
        return bundled_chip(chip)
    if isinstance(chip, Path):
        return load_chip(chip)
    raise argument_error(
        "chip", chip, "a chip, the id of a bundled one, or the path of a spec file"
    )


def _several(names: object) -> tuple[Any, ...]:
    """Return one name or several as several."""
    single = isinstance(names, str | Ruleset) or not isinstance(names, Iterable)
    return (names,) if single else tuple(names)  # type: ignore[arg-type]


def _others(names: tuple[str, ...], named: Sequence[Ruleset]) -> list[Ruleset]:
    """Return the rulesets asked for by regime; all law there is, where nothing is named."""
    known = regimes()
    for name in names:
        if name not in known:
            hint = did_you_mean(str(name), known)
            raise argument_error("regime", name, f"one of {', '.join(known)}", hint)
    if names:
        return [law for law in all_rulesets() if law.regime in names and law not in named]
    return [] if named else [law for law in all_rulesets() if law.status != "proposed"]


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


def _remarks_on_chip(item: Item) -> Iterable[str]:
    """Say what is doubtful in the spec."""
    chip = item.chip
    declared = chip.declared.tpp if chip.declared else None
    computed = item.values["bit_tops"]
    if declared and computed.exact and computed.low:
        gap = (declared / computed.low - 1) * 100
        if abs(gap) > _TOLERANCE:
            yield (
                f"{chip.id}: the maker's TPP {number(declared)} is {abs(gap):.1f} % "
                f"{'above' if gap > 0 else 'below'} the arithmetic ({computed.how}); "
                "the maker's counts"
            )
    if chip.status in ("reported", "rumoured"):
        yield f"{chip.id}: the product is {chip.status}; its maker has published no specification"


def _remarks_on_law(judged: Sequence[Assessment], on: date) -> Iterable[str]:
    """Say what is doubtful in the law that was applied."""
    if not judged:
        yield f"no bundled ruleset was in force on {on}"
    for assessment in judged:
        law = assessment.ruleset
        if not in_force(law, assessment.question.on):
            yield f"{law.id}: not in force on {assessment.question.on}"
        if assessment.addressed:
            yield f"{law.id}: {assessment.chip.vendor}, its addressee, is taken to be the exporter"
        for row in assessment.due:
            yield (
                f"{law.id}: the license requirement for {', '.join(row.entries)} has to be "
                f"complied with from {row.compliance}"
            )
        if law.until == "unknown":
            yield f"{law.id}: whether it still stands is not known"
        if assessment.evidence != "primary":
            yield f"{law.id}: the evidence for this is {assessment.evidence}"
        yield from (f"{law.id}: {words}" for words in assessment.caveats)
        if assessment.question.on > law.verified and last_day(law) is None:
            yield f"{law.id}: last compared with its sources on {law.verified}, before {on}"
