"""Ask all the law at once: the assessments of one question, and the answer they add up to."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from compliance.assessments import STRICTNESS, Assessment, Exportable
from compliance.catalog import chip as bundled_chip
from compliance.chips import Chip
from compliance.engine import assess
from compliance.errors import argument_error
from compliance.items import measure
from compliance.models import days
from compliance.questions import Asked, Circumstances, read
from compliance.rulebook import all_rulesets, first_day, in_force, last_day, notices
from compliance.specs import load_chip
from compliance.values import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from compliance.circumstances import Activity, Question
    from compliance.items import Item
    from compliance.rulesets import Ruleset

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
        # Whether a duty falls due on import decides over no export.
        open_ = [a for a in judged if not a.ending and a.ruleset.kind != "tariff"]
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
    def undecided(self) -> list[str]:
        """The metrics, flags and circumstances that would, by name."""
        return list(dict.fromkeys(name for a in self.assessments for name in a.undecided))

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
        proposed = [a for a in assessments if a.ruleset.status == "proposed"]
        aside = [a for a in proposed if a not in answer.judged]
        self.remarks = [
            *_remarks_on_chip(item),
            *_remarks_on_question(question, answer.judged),
            *_remarks_on_law(answer.judged, question.on),
            *(f"{a.ruleset.id}: {words}" for a in aside for words in _doubts(a)),
        ]

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


def check(chip: Chip | str | Path, **circumstances: Unpack[Circumstances]) -> Report:
    """Return what the bundled law says of a chip.

    With a day, the rulesets in force then are judged on it. Without one, every ruleset is judged
    on its own first day, and the answer is that of today.

    Args:
        chip: a chip, the id of a bundled one, or the path of a spec file.
        **circumstances: of the transaction, and whose law to ask; see
            `compliance.questions.Circumstances`: on, to, headquarters, activity, informed, view,
            known_on, origin, exporter, attested, quantity, shipped, claims, regimes, rulesets,
            proposed.

    Raises:
        InputError: an argument is none of these.
    """
    item = measure(as_chip(chip))
    return answer(item, read(circumstances))


def answer(item: Item, asked: Asked) -> Report:
    """Return the report on a question that was read."""
    question, by_name = asked.question, asked.by_name
    dated = "on" not in asked.assumed

    def judge(law: Ruleset, when: date) -> Assessment:
        asked_there = question._replace(on=when, activity=activity(law, question))
        return assess(law, item, asked_there, by_name=by_name)

    def counts(law: Ruleset) -> bool:
        if law.status == "proposed":
            return by_name and law.announced <= question.on
        return in_force(law, question.on, question.known_on)

    about = [law for law in asked.others if by_name or concerns(law.regime, item)]
    others = about or asked.others
    named = [judge(law, question.on if dated else first_day(law)) for law in asked.named]
    now = [judge(law, question.on) for law in others if counts(law)]
    rows = [*named, *(now if dated else [judge(law, first_day(law)) for law in others])]
    aside = [judge(law, question.on) for law in asked.aside if law.announced <= question.on]
    rows += aside
    if not by_name:
        # A policy or a tariff that is not about the item has nothing to say.
        rows = [a for a in rows if a.concerned or a.ruleset.kind not in ("policy", "tariff")]
        now = [a for a in now if a.concerned or a.ruleset.kind not in ("policy", "tariff")]
    rows.sort(key=_by_time)
    judged = sorted([*named, *now], key=_by_time)
    result = Answer(question.on if dated or not named else None, judged)
    return Report(item, question, assessments=rows, answer=result, assumed=asked.assumed)


def _by_time(assessment: Assessment) -> tuple[date, str]:
    return assessment.ruleset.effective, assessment.ruleset.id


def activity(law: Ruleset, question: Question) -> Activity:
    """Return what a transaction is to a law: to U.S. law a reexport, if it leaves elsewhere."""
    elsewhere = law.jurisdiction == "US" and question.origins != ("US",)
    return "reexport" if elsewhere and question.activity == "export" else question.activity


def concerns(regime: str, item: Item) -> bool:
    """Return whether a regime has an entry about such items, and had not ended when it came out."""
    kinds, end = extent(regime)
    came_out = days(item.chip.released)[1] if item.chip.released else None
    return item.kind in kinds and not (end and came_out and end < came_out)


@cache
def extent(regime: str) -> tuple[frozenset[str], date | None]:
    """Return the kinds of items a regime speaks of, and its last day; None where it goes on."""
    laws = [law for law in all_rulesets() if law.regime == regime]
    kinds = frozenset(entry.item for law in laws for entry in law.entries)
    return kinds, None if laws[-1].status != "rescinded" else last_day(laws[-1])


def as_chip(chip: object) -> Chip:
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


def _remarks_on_question(question: Question, judged: Sequence[Assessment]) -> Iterable[str]:
    """Say what follows from how the question was put."""
    laws = {assessment.ruleset.jurisdiction for assessment in judged}
    if question.origins != ("US",) and question.activity == "export":
        if "US" in laws:
            yield "to U.S. law it is a reexport, as the goods leave from elsewhere"
        elif laws:
            yield "U.S. law was not asked; it can follow a chip that leaves from elsewhere"
    used = {name for assessment in judged for name in assessment.exceptions}
    for name in question.claims:
        if name not in used:
            yield f"{name}: claimed, and no exception of that name serves here"


def _remarks_on_law(judged: Sequence[Assessment], on: date) -> Iterable[str]:
    """Say what is doubtful in the law that was applied."""
    if not judged:
        yield f"no bundled ruleset was in force on {on}"
    for assessment in judged:
        yield from (f"{assessment.ruleset.id}: {words}" for words in _doubts(assessment))
        yield from _notices(assessment)


def _doubts(assessment: Assessment) -> Iterable[str]:
    """Say what is doubtful in one ruleset as it was applied."""
    law = assessment.ruleset
    yield from standing(assessment)
    if assessment.addressed:
        yield f"{assessment.chip.vendor}, its addressee, is taken to be the exporter"
    for row in assessment.due:
        yield (
            f"the license requirement for {', '.join(row.entries)} has to be complied with from "
            f"{row.compliance}"
        )
    for row in assessment.unenforced if assessment.exportable == "yes" else ():
        never = row.compliance and row.enforced_until and row.enforced_until < row.compliance
        when = "was never enforced" if never else f"is not enforced after {row.enforced_until}"
        yield f"the text asks for a license here ({row.cite}), which {when}; --view text does so"
    if not assessment.concerned and law.kind not in ("code", "letter"):
        return
    if law.until == "unknown":
        yield "whether it still stands is not known"
    if assessment.evidence != "primary":
        yield f"the evidence for this is {assessment.evidence}"
    yield from assessment.caveats


def standing(assessment: Assessment) -> Iterable[str]:
    """Say how a ruleset stands on the day: proposed, not in force, not compared since."""
    law, question = assessment.ruleset, assessment.question
    if law.status == "proposed":
        yield "a proposal, not law"
    elif not in_force(law, question.on, question.known_on):
        yield f"not in force on {question.on}"
    if question.on > law.verified and last_day(law) is None:
        yield f"last compared with its sources on {law.verified}, before {question.on}"


def _notices(assessment: Assessment) -> Iterable[str]:
    """Say what notices in force have to say with an assessment."""
    law, question = assessment.ruleset, assessment.question
    for notice in notices(law.regime, question.on, question.known_on):
        for caveat in notice.caveats:
            if assessment.concerns(caveat):
                yield f"{notice.id}: {caveat.say}"
