"""The words that all formats for people share: outcomes, conditions, reasons."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from compliance.limits import ceiling, fitting, holds
from compliance.logic import FALSE, TRUE, UNKNOWN, any_
from compliance.prose import limit_text
from compliance.rulebook import in_force
from compliance.units import EXACT
from compliance.values import number, span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from compliance.answers import Answer, Report
    from compliance.assessments import Assessment
    from compliance.circumstances import Question
    from compliance.criteria import Leaf
    from compliance.findings import Facts, Finding
    from compliance.provisions import LicenseException, Limit
    from compliance.rulesets import Ruleset

OPPOSITE = {">=": "<", ">": "<=", "<": ">=", "<=": ">"}

_REVIEWS = {"unstated": "review unstated"}

TRUTHS = {TRUE: "yes", FALSE: "no", UNKNOWN: "?"}


def verdict(assessment: Assessment | Answer) -> str:
    """Return what a shipper has to know, in a few words: `license (case by case)`."""
    words = ", ".join(
        _REVIEWS.get(review, review.replace("_", " ")) for review in assessment.reviews
    )
    if assessment.exportable == "conditional":
        words = ", ".join(assessment.exceptions)
    if assessment.outcome == "duty":
        words = "duty"
    return f"{assessment.exportable} ({words})" if words else assessment.exportable


HEADERS = ("ruleset", "entries", "exportable", "why")


def rows(report: Report) -> list[tuple[str, str, str, str]]:
    """Return the cells of a table with one line for each assessment, under `HEADERS`."""
    return [(marked(a, report), entries(a), verdict(a), reasons(a)) for a in report.assessments]


def marked(assessment: Assessment, report: Report) -> str:
    """Return the ruleset's id, with a star if it is in force on the day asked about."""
    law = assessment.ruleset
    standing = in_force(law, report.question.on, report.question.known_on)
    return f"{law.id} *" if standing else law.id


def entries(assessment: Assessment) -> str:
    """Return the entries met, and with a question mark those that may be."""
    met = [*assessment.entries, *(f"{name}?" for name in assessment.possible_entries)]
    return ", ".join(met) or "none"


def reasons(assessment: Assessment) -> str:
    """Return the numbers that decide an assessment: `TPP 2,368 < 2,400`."""
    ruleset, facts = assessment.ruleset, assessment.facts
    if assessment.missing:
        shown = "; ".join(_phrases(_open_findings(assessment)))
        lacks = wanting(assessment.missing)
        return f"{lacks}: {shown}" if shown else lacks
    if met := assessment.entries:
        shown = "; ".join(_phrases(f for name in met for f in _decisive(ruleset, name, facts)))
        shown = "; ".join([shown, *_missed(ruleset, met, facts)])
    elif assessment.possible_entries:
        shown = "; ".join(_phrases(_open_findings(assessment)))
    else:
        return "; ".join(_why_not(ruleset, facts))
    free = assessment.exportable == "yes"
    return ": ".join(part for part in (_free(assessment) if free else "", shown) if part)


def wanting(missing: Sequence[str]) -> str:
    """Return the facts that are missing, and what needs a person, in words."""
    review = [fact for fact in missing if fact.startswith(_REVIEW)]
    facts = [fact for fact in missing if fact not in review]
    return "; ".join([*([f"lacks {', '.join(facts)}"] if facts else []), *review])


_REVIEW = "needs review"


def _free(assessment: Assessment) -> str:
    """Return why an item that is or may be listed needs no license all the same."""
    if assessment.outcome == "duty":
        return "a duty on import, no export control"
    if assessment.due:
        return f"to be complied with from {assessment.due[0].compliance}"
    if assessment.ruleset.addressees and assessment.question.informed is False:
        return "the exporter was not informed"
    return f"no requirement for {assessment.question.to}"


def _missed(ruleset: Ruleset, met: Sequence[str], facts: Facts) -> Iterator[str]:
    """Yield why a note that the transaction appeals to does not take an item out."""
    for exclusion in (e for name in met for e in ruleset.entry[name].unless):
        leaves = list(exclusion.when.leaves())
        appealed = any(leaf.asks and leaf.evaluate(facts) is TRUE for leaf in leaves)
        failing = [f for f in exclusion.when.deciding(facts) if not f.leaf.asks]
        if appealed and exclusion.when.evaluate(facts) is FALSE and failing:
            yield f"{exclusion.note}: {'; '.join(_phrases(failing))}"


def _decisive(ruleset: Ruleset, name: str, facts: Facts) -> Iterator[Finding]:
    """Yield the findings that put an item in an entry; of a system, those of its chips."""
    for finding in ruleset.entry[name].when.deciding(facts):
        leaf = finding.leaf
        if leaf.entry:
            for subject in facts.parts if leaf.of_parts else (facts,):
                if subject.entries[leaf.entry] is finding.truth:
                    yield from _decisive(ruleset, leaf.entry, subject)
        else:
            yield finding


def _open_findings(assessment: Assessment) -> Iterator[Finding]:
    """Yield the findings that leave an entry or a review open and have a number to show."""
    ruleset, facts = assessment.ruleset, assessment.facts
    reviews = [review.when for row in assessment.rows for review in row.review if review.when]
    for subject in (facts, *facts.parts):
        for when in reviews:
            if when.evaluate(subject) is UNKNOWN and any_(subject.entries.values()) is not FALSE:
                yield from (
                    f for f in when.deciding(subject) if f.value and f.value.low is not None
                )
        for name, truth in subject.entries.items():
            if truth is UNKNOWN:
                for finding in ruleset.entry[name].when.deciding(subject):
                    if finding.value is not None and finding.value.low is not None:
                        yield finding


def _why_not(ruleset: Ruleset, facts: Facts) -> Iterator[str]:
    """Yield why an item is in no entry: a note that takes it out, or numbers below the limits."""
    subjects = (*facts.parts, facts)
    excluded = False
    for subject in subjects:
        for entry in ruleset.entries:
            if entry.item != subject.item.kind or entry.when.evaluate(subject) is not TRUE:
                continue
            for exclusion in entry.unless:
                if exclusion.when.evaluate(subject) is TRUE and not excluded:
                    excluded = True
                    phrases = "; ".join(_phrases(exclusion.when.deciding(subject)))
                    yield f"{exclusion.note}: {phrases}"
    if excluded:
        return
    findings = [
        finding
        for subject in subjects
        for entry in ruleset.entries
        if entry.item == subject.item.kind
        for finding in entry.when.deciding(subject)
        if not finding.leaf.asks and not finding.leaf.of_parts
    ]
    # Where numbers decide, that a chip is no FPLD and has another name goes without saying.
    findings = [f for f in findings if f.leaf.metric] or findings
    yield from _phrases(findings) if findings else ("no entry is about such an item",)


def phrases(findings: Iterable[Finding]) -> str:
    """Return findings in words, joined."""
    return "; ".join(_phrases(findings))


def _phrases(findings: Iterable[Finding]) -> list[str]:
    """Return the findings in words, for each metric of an item only the nearest threshold."""
    nearest: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        name = finding.leaf.metric.name if finding.leaf.metric else finding.leaf.text
        key = (finding.item.chip.id, name)
        if key not in nearest or _distance(finding) < _distance(nearest[key]):
            nearest[key] = finding
    return [phrase(finding) for finding in nearest.values()]


def _distance(finding: Finding) -> Decimal:
    return min((abs(end) for end in finding.margin if end is not None), default=Decimal(0))


def phrase(finding: Finding) -> str:
    """Return one finding in words, such as `TPP 15,840 >= 4,800`."""
    leaf = finding.leaf
    if leaf.metric is None:
        if finding.truth is not FALSE:
            return leaf.text
        name = leaf.text.removeprefix("named: ")
        return f"not {leaf.text}" if name == leaf.text else f"not among the named: {name}"
    if finding.truth is UNKNOWN:
        relation = f", limit {leaf.comparator}"
    else:
        relation = f" {OPPOSITE[leaf.comparator] if finding.truth is FALSE else leaf.comparator}"
    unit = f" {leaf.metric.unit}" if leaf.metric.unit not in ("", "date") else ""
    return f"{leaf.metric.label} {observed(finding)}{relation} {limit(leaf)}{unit}"


def observed(finding: Finding) -> str:
    """Return the value of a finding for reading; never rounded onto or across the threshold."""
    leaf, value = finding.leaf, finding.value
    if leaf.metric is None or value is None:
        return TRUTHS[finding.truth]
    if leaf.metric.unit == "date":
        ends = [day(end) for end in (value.low, value.high) if end is not None]
        return " to ".join(dict.fromkeys(ends)) or "unknown"
    if value.exact and value.low is not None and leaf.threshold is not None:
        return near(value.low, leaf.threshold)
    return span(value.low, value.high)


def near(amount: Decimal, threshold: Decimal) -> str:
    """Return a number with as many decimals as keep it on its side of a threshold."""
    text = number(amount)
    places = 2
    while _side(Decimal(text.replace(",", "")), threshold) != _side(amount, threshold):
        places += 2
        step = Decimal(1).scaleb(-places)
        text = f"{amount.quantize(step, context=EXACT):,f}"
    return text


def _side(amount: Decimal, threshold: Decimal) -> int:
    return (amount > threshold) - (amount < threshold)


def limit(leaf: Leaf) -> str:
    """Return a leaf's threshold for reading; empty where it has none."""
    if leaf.threshold is None or leaf.metric is None:
        return ""
    return day(leaf.threshold) if leaf.metric.unit == "date" else number(leaf.threshold)


def day(ordinal: Decimal) -> str:
    """Return the date of an ordinal."""
    return str(date.fromordinal(int(ordinal)))


def margin(finding: Finding) -> str:
    """Return the distance to the threshold, in the metric's unit and in percent of it."""
    low, high = finding.margin
    leaf = finding.leaf
    if low is None or leaf.threshold is None or leaf.metric is None:
        return ""
    if leaf.metric.unit == "date":
        return f"{low:+} days" if low == high else ""
    ends = [_signed(end, leaf.threshold) for end in dict.fromkeys((low, high)) if end is not None]
    return f"{' to '.join(ends)}{'' if high is not None else ' or more'}"


def _signed(amount: Decimal, threshold: Decimal) -> str:
    if not amount:
        return "0"
    text = number(amount)
    if text.lstrip("-") == "0":
        text = f"{amount:.1e}"
    sign = "+" if amount > 0 else ""
    share = _percent(amount / threshold * 100) if threshold else ""
    return f"{sign}{text}{share}"


def _percent(share: Decimal) -> str:
    """Return a share with its sign; a small one is never shown as zero."""
    text = f"{share:+.1f}"
    return f" ({text if text.strip('+-0.') else f'{share:+.1g}'} %)"


class _Put(Protocol):
    """A question, and what of it was not stated: a report has both."""

    @property
    def question(self) -> Question: ...

    @property
    def assumed(self) -> frozenset[str]: ...


def transaction(put: _Put) -> str:
    """Return the question's circumstances in words."""
    question = put.question
    to = f"{question.to}{' (assumed)' if 'to' in put.assumed else ''}"
    party = question.headquarters or f"{question.to} (assumed)"
    origins = f" from {' and '.join(question.origins)}" if question.origins != ("US",) else ""
    words = f"{question.activity}{origins} to {to}, party headquartered in {party}"
    if question.quantity is not None:
        words = f"{question.quantity:,} pieces: {words}"
    if question.informed is not None:
        words += f", exporter {'' if question.informed else 'not '}informed by letter"
    if question.exporter != "other":
        words += f", the exporter is {_EXPORTERS[question.exporter]}"
    if question.attested:
        words += f", attested by {_ATTESTED[question.attested]}"
    if question.view == "text":
        words += "; by the text, whether enforced or not"
    if question.known_on:
        words += f"; as known on {question.known_on}"
    return words


def day_of(put: _Put, *, named: bool) -> str:
    """Return the day of a question; rulesets that are named have each their own, where none is."""
    if "on" not in put.assumed:
        return f"on {put.question.on}"
    if named:
        return "under the rulesets named, each on its first day"
    return f"on {put.question.on} (today)"


_ATTESTED = {
    "approved": "an approved designer",
    "authorized": "an authorized designer",
    "packager": "the packager",
    "none": "nobody",
}
_EXPORTERS = {"fabricator": "a front-end fabricator", "osat": "an OSAT"}


def exception(rule: LicenseException) -> str:
    """Return what an exception or authorization is called."""
    known = rule.title.startswith("License Exception")
    return f"License Exception {rule.id}" if known else rule.title


def requirement(assessment: Assessment) -> str:
    """Return what the row that an assessment rests on is called."""
    row = assessment.ending.row if assessment.ending else None
    if row and row.requires != "license":
        return {"prohibited": "prohibition", "duty": "duty"}[row.requires]
    law = assessment.ruleset.jurisdiction
    return "authorization requirement" if law == "EU" else "license requirement"


def exceeded(assessment: Assessment) -> list[tuple[str, Limit]]:
    """Return the limits that the quantity asked about is over, with whose they are."""
    row = assessment.ending.row if assessment.ending else None
    if row is None:
        return []
    rules = [assessment.ruleset.exception[name] for name in row.exceptions]
    limits = [(exception(rule), limit) for rule in rules for limit in rule.limits]
    limits += [(r.policy.replace("_", " "), limit) for r in row.review for limit in r.limits]
    item, question = assessment.item, assessment.question
    return [(name, limit) for name, limit in limits if holds(limit, item, question) is FALSE]


def quantity(limit: Limit, assessment: Assessment) -> str:
    """Return a limit of quantity in words, with the quantity asked about or what would fit."""
    item, question = assessment.item, assessment.question
    words = limit_text(limit)
    cap, each = ceiling(limit, question), item.aggregate
    if cap is None:
        return f"{words} (not stated)"
    if limit.share is not None:
        words += f" = {number(cap)} TPP"
    if question.quantity is None or each.low is None:
        fits = fitting(limit, item, question)
        if fits is None:
            return words
        fit = f"{fits:,} of this {'system' if item.kind == 'system' else 'chip'} at {each} TPP"
        return f"{words}; {fit} stay within" if limit.then else f"{words} = {fit}"
    before = question.before(limit.ledger) or Decimal(0)
    low = question.quantity * each.low + before
    high = None if each.high is None else question.quantity * each.high + before
    sums = f"{question.quantity:,} x {each}{f' + {number(before)} before' if before else ''}"
    return f"{words}; {sums} = {span(low, high)}"
