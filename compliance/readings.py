"""Readings: a ruleset as it reads in one transaction, with only the chip left open.

The circumstances are filled in, and what they settle falls away: rows for other destinations, notes
for other exporters, dates gone by. What is left are criteria about a chip, and for each license
requirement the ways in which it can end. The engine evaluates them on an item, and the columns of a
frame are expressions of the same criteria.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from compliance.assessments import STRICTNESS, informs, within
from compliance.compiled import Memory
from compliance.conditions import Condition, During, Meets
from compliance.criteria import ALWAYS, NEVER, Branch, Leaf, Node, both, either, negation
from compliance.findings import Facts
from compliance.limits import Counted
from compliance.logic import FALSE, TRUE, UNKNOWN, Truth

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from compliance.circumstances import Question
    from compliance.provisions import LicenseException, LicensingRow, Limit, ReviewRow, Scope
    from compliance.rulesets import Ruleset

RANK = {(outcome, review): n for n, (outcome, review, _) in enumerate(STRICTNESS)}

PLACES = ("on", "to", "headquarters")
"""The circumstances that a scope asks about, and that may differ from row to row of a frame."""

INFORMED = "whether the exporter was informed"


class Within(Condition):
    """The transaction lies within a scope, as a jurisdiction sees its countries."""

    scope: Scope
    jurisdiction: str

    def test(self, facts: Facts) -> Truth:
        """Return whether it does."""
        question = facts.question
        return within(self.scope, question, self.jurisdiction) if question else UNKNOWN


class Informed(Condition):
    """A letter binds the exporter: surely, where the chip is its addressee's."""

    addressees: tuple[str, ...]

    def test(self, facts: Facts) -> Truth:
        """Return whether it does."""
        return TRUE if informs(self.addressees, facts.whole.item) else UNKNOWN


class Way(NamedTuple):
    """One way in which a license requirement can end.

    Attributes:
        rank: where it ends, a place in `STRICTNESS`.
        fits: whom it is open to.
        barred: it is closed where one of these is true.
        exceptions: the exceptions that may be used, each with whom it serves.
        review: how an application is reviewed.
    """

    rank: int
    fits: Node = ALWAYS
    barred: tuple[Node, ...] = ()
    exceptions: tuple[tuple[LicenseException, Node], ...] = ()
    review: ReviewRow | None = None


class Course(NamedTuple):
    """What a license requirement comes to.

    Attributes:
        row: the requirement.
        applies: to whom.
        ways: how it can end.
        claimable: exceptions nobody claimed, each with whom it would serve.
    """

    row: LicensingRow
    applies: Node
    ways: tuple[Way, ...]
    claimable: tuple[tuple[LicenseException, Node], ...] = ()


class Reading:
    """A ruleset as it reads in one transaction.

    Attributes:
        ruleset: the law.
        question: the transaction; None where items are only classified.
        by_name: the ruleset was asked for by name, so that a letter binds.
        entries: entry id -> who is in it, notes and outranking entries taken into account.
        courses: the license requirements that may apply.
        due: those that would, were their compliance date not still to come, with to whom.
        unenforced: those that apply by the text and are not enforced, with to whom.
        beyond: controls out of scope that may forbid what is left free, with whom they concern.
        memories: kind of item -> what was concluded of such items.
    """

    __slots__ = (
        "_varying",
        "beyond",
        "by_name",
        "courses",
        "due",
        "entries",
        "memories",
        "question",
        "ruleset",
        "unenforced",
    )

    def __init__(
        self,
        ruleset: Ruleset,
        question: Question | None,
        *,
        by_name: bool = False,
        varying: frozenset[str] = frozenset(),
    ) -> None:
        self.ruleset = ruleset
        self.question = question
        self.by_name = by_name
        self._varying = varying
        self.memories: dict[str, Memory] = {}
        self.entries = {name: self._settled(node) for name, node in ruleset.formulas.items()}
        self.courses: list[Course] = []
        self.due: list[tuple[LicensingRow, Node]] = []
        self.unenforced: list[tuple[LicensingRow, Node]] = []
        self.beyond: list[tuple[str, Node]] = []
        if question is None:
            return
        bound = self._bound(question)
        for row in ruleset.licensing:
            self._read(row, bound, question)
        for caveat in ruleset.caveats:
            if caveat.opens:
                days = self._day(caveat.since, caveat.until)
                concerned = both((days, self._place(caveat), self._listed(caveat.entries)))
                if concerned is not NEVER:
                    self.beyond.append((caveat.opens, concerned))

    def leaves(self, kind: str | None = None) -> Iterator[Leaf]:
        """Yield the conditions of its criteria; those of several come more than once.

        Args:
            kind: of the items whose entries count; None for all.
        """
        entries = [self.entries[e.id] for e in self.ruleset.entries if kind in (None, e.item)]
        for node in (*entries, *self._others()):
            yield from node.leaves()

    def classify(self, facts: Facts) -> None:
        """Put the truths of its entries to the facts of an item."""
        found: dict[str, Truth] = {}
        facts.entries = found
        for entry in self.ruleset.entries:
            fits = entry.item == facts.item.kind
            found[entry.id] = self.entries[entry.id].evaluate(facts) if fits else FALSE

    def memory(self, kind: str) -> Memory:
        """Return the memory for items of a kind."""
        return self.memories.setdefault(kind, Memory(partial(self.leaves, kind)))

    def _others(self) -> list[Node]:
        """Return all criteria that are not those of entries."""
        found = [node for _, node in (*self.due, *self.unenforced, *self.beyond)]
        for course in self.courses:
            found.append(course.applies)
            found += [node for _, node in course.claimable]
            for way in course.ways:
                found += [way.fits, *way.barred, *(node for _, node in way.exceptions)]
        return found

    def _read(self, row: LicensingRow, bound: Node, question: Question) -> None:
        """Sort a license requirement in: it may apply, is due, is not enforced, or none of it."""
        applies = both((self._listed(row.entries), self._place(row), bound))
        last = _last_day(row, question)
        days = self._day(row.compliance, last)
        if applies is NEVER:
            return
        if days is not NEVER:
            self.courses.append(self._course(row, both((applies, days))))
        elif last and question.on > last:
            if question.view == "enforced":
                self.unenforced.append((row, applies))
        else:
            self.due.append((row, applies))

    def _course(self, row: LicensingRow, applies: Node) -> Course:
        if row.requires != "license":
            return Course(row, applies, (Way(RANK[row.requires, ""]),))
        serving: list[tuple[LicenseException, Node]] = []
        claimable: list[tuple[LicenseException, Node]] = []
        for exception in (self.ruleset.exception[name] for name in row.exceptions):
            serves = either(self._fits(scope, exception) for scope in exception.where)
            if serves is NEVER:
                continue
            theirs = not exception.claim or self._claimed(exception)
            (serving if theirs else claimable).append((exception, serves))
        ways = []
        for kind in dict.fromkeys(exception.kind for exception, _ in serving):
            ours = tuple((e, serves) for e, serves in serving if e.kind == kind)
            ways.append(Way(RANK[kind, ""], either(serves for _, serves in ours), (), ours))
        barred = [serves for _, serves in serving]
        for review in row.review:
            fits = self._fits(review, review)
            if ALWAYS in barred:
                break
            if fits is not NEVER:
                rank = RANK["license_required", review.policy]
                ways.append(Way(rank, fits, tuple(barred), (), review))
                barred.append(fits)
        return Course(row, applies, tuple(ways), tuple(claimable))

    def _fits(self, scope: Scope, rule: LicenseException | ReviewRow) -> Node:
        """Return whom a scope and the criterion and limits of a rule fit."""
        place = self._place(scope)
        if place is NEVER:
            return NEVER
        when = self._settled(rule.when) if rule.when else ALWAYS
        return both((place, when, *map(self._counted, rule.limits)))

    def _claimed(self, exception: LicenseException) -> bool:
        """Return whether an exception that has to be claimed is: by name, or by a quantity."""
        assert self.question is not None  # noqa: S101 - requirements are read in a transaction
        counted = self.question.quantity and any(not limit.then for limit in exception.limits)
        return bool(counted) or exception.id in self.question.claims

    def _bound(self, question: Question) -> Node:
        """Return whom the ruleset binds. What is addressed to nobody binds everybody."""
        addressees = self.ruleset.addressees
        if not addressees:
            return ALWAYS
        if question.informed is not None:
            return ALWAYS if question.informed else NEVER
        return ALWAYS if self.by_name else Leaf("informed", Informed(addressees), lacks=INFORMED)

    def _listed(self, names: Iterable[str]) -> Node:
        """Return who is in one of some entries; no entries stand for all items."""
        nodes = [Leaf(f"meets {name}", Meets(name), entry=name) for name in names]
        return either(nodes) if nodes else ALWAYS

    def _place(self, scope: Scope) -> Node:
        """Return whether the transaction lies within a scope."""
        assert self.question is not None  # noqa: S101 - as above
        if scope.activity and self.question.activity not in scope.activity:
            return NEVER
        if not (scope.to or scope.headquarters):
            return ALWAYS
        lies = UNKNOWN if self._varying else within(scope, self.question, self.ruleset.jurisdiction)
        if lies is not UNKNOWN:
            return ALWAYS if lies is TRUE else NEVER
        lacks = f"the country groups on {self.question.on}"
        condition = Within(scope, self.ruleset.jurisdiction)
        return Leaf("within the scope", condition, lacks=lacks, asks=PLACES)

    def _day(self, first: date | None, last: date | None) -> Node:
        """Return whether the day of the transaction lies between two."""
        if first is None and last is None:
            return ALWAYS
        condition = During(first or date.min, last or date.max)
        return self._settled(Leaf("on the day", condition, asks=("on",)))

    def _counted(self, limit: Limit) -> Node:
        """Return whether the quantity keeps within a limit."""
        assert self.question is not None  # noqa: S101 - as above
        quantity = self.question.quantity
        return Leaf("within the quantity", Counted(limit)) if quantity else ALWAYS

    def _settled(self, node: Node) -> Node:
        """Return a criterion without what the circumstances have settled."""
        if not node.asks:
            return node
        if isinstance(node, Branch):
            children = [self._settled(child) for child in node.children]
            if all(new is old for new, old in zip(children, node.children, strict=True)):
                return node
            return negation(children[0]) if node.word == "not" else _JOIN[node.word](children)
        if self._varying.intersection(node.asks):
            return node
        truth = node.evaluate(Facts.without_item(self.question))
        return {TRUE: ALWAYS, FALSE: NEVER, UNKNOWN: node}[truth]


_JOIN: dict[str, Callable[[Iterable[Node]], Node]] = {"all": both, "any": either}


def _last_day(row: LicensingRow, question: Question) -> date | None:
    """Return the last day on which a row counts, in the view asked for; None where it goes on."""
    if question.view == "text":
        return row.text_until
    # The end of enforcement was made known on the day after the last.
    later = question.known_on and row.enforced_until and question.known_on <= row.enforced_until
    return None if later else row.enforced_until


def read(ruleset: Ruleset, question: Question, *, by_name: bool = False) -> Reading:
    """Return a ruleset as it reads in a transaction; the work is done once for both.

    Args:
        ruleset: the law.
        question: the transaction.
        by_name: the ruleset was asked for by name, so that a letter binds.
    """
    kept = ruleset.readings
    key = (question, by_name)
    reading: Reading | None = kept.get(key)
    if reading is None:
        if len(kept) >= _MOST_KEPT:
            kept.clear()
        reading = kept[key] = Reading(ruleset, question, by_name=by_name)
    kept[LAST] = reading
    return reading


LAST = "last"
"""Under which a ruleset's readings have the last one that was asked for."""

_MOST_KEPT = 256
"""Readings of a ruleset that are kept; whoever asks more goes through many days or places."""
