"""Write docs/agreement.md: what others published, and what the engine says.

Run by `make agreement`. The published verdicts are those of tests/cases/answer-key.yaml, the
published TPP those of tests/cases/published-tpp.yaml, each with who published it.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import answer_key as key  # noqa: E402 - the key belongs to the tests
import published_tpp as tpp  # noqa: E402 - as above

from compliance.items import measure  # noqa: E402
from compliance.report.as_markdown import escaped  # noqa: E402
from compliance.report.grid import grid  # noqa: E402
from compliance.values import number  # noqa: E402

PAGE = ROOT / "docs" / "agreement.md"
_TITLES = {
    "K": "Verdicts that fit the law",
    "D": "Disputed verdicts",
    "X": "Published errors, which must not come out",
    "T": "Published TPP",
}
_OPENING = """\
# Agreement with what others published

Made by `make agreement` from `tests/cases/answer-key.yaml`. *Agree* is said where every layer that
was published comes out: the entries, what they require, the review, the exceptions. *Undetermined*
is said where the published facts leave the answer open, *differ* where ours is another, with the
reason. Each row is also a test. The last section is about figures alone.
"""
_EVERY_TPP = """\
## Every published TPP

From `tests/cases/published-tpp.yaml`: each distinct TPP that anybody is known to have published for
a bundled chip. *Ours* is the arithmetic from published rates, also where a maker declares a TPP,
which in an answer outranks it. A figure *agrees* if it is within 1 % of ours; where ours is a
range, if it lies in it or within 1 % of an end. The gap is that of the nearer end.

A chip agrees if the figure of its best publisher does: its maker before a regulator, a regulator
before anybody else. Where several of one standing have published, all of their figures have to.

*Publisher's error* is said of a figure that the reason beside it shows to be one. *Not comparable*
is said where no rates are published to compare with; these are in no share. Systems are left out:
NVIDIA, the only maker here that publishes TPP, states it for each GPU. Where a chip's rates are
known from the same publisher alone, as those of the Ascend 910B are from Epoch AI, agreement says
no more than that the arithmetic is the same.
"""


def page() -> str:
    """Return the page."""
    lines = [_OPENING]
    for letter, title in _TITLES.items():
        rows = [
            row
            for source in key.KEY["sources"]
            for case in source["cases"]
            if key.kind(case) == letter
            for row in _rows(case, source)
        ]
        counts = Counter(row[-2] for row in rows)
        words = ", ".join(f"{n} {word}" for word, n in sorted(counts.items()))
        headers = ("case", "chip", "asked", "published by", "ours", "result", "why")
        lines += [f"## {title}", "", f"{len(rows)} rows: {words}.", ""]
        lines += [grid([[escaped(cell) for cell in row] for row in rows], headers, "github"), ""]
    return "\n".join([*lines, *_every_tpp()]).rstrip("\n") + "\n"


def _every_tpp() -> list[str]:
    """Return the section of figures: the shares, each figure, and who published them."""
    rows = tpp.figures()
    shown = [row for row in rows if not row.error]
    strict = [row for row in rows if not row.error or row.standing == 0]
    errors, apart = len(rows) - len(shown), sum(row.result == tpp.OPEN for row in rows)
    shares = [
        (f"errors of publishers ({errors} figures) left out", shown),
        ("the same, but those of makers counted as differing", strict),
        ("all figures", rows),
    ]
    cells = [(what, str(tpp.by_chip(of)), str(tpp.by_figure(of))) for what, of in shares]
    table = [[escaped(cell) for cell in _compared(row)] for row in rows]
    lines = [
        _EVERY_TPP,
        grid(cells, ("counted", "chips within 1 %", "figures within 1 %"), "github"),
        f"\n{len(rows)} figures, {apart} of them not comparable.\n",
        grid(table, ("chip", "published", "by", "ours", "gap", "result", "why"), "github"),
        "\nPublished by:\n",
    ]
    for source in tpp.SOURCES.values():
        url = f", <{source['url']}>" if "url" in source else ""
        lines.append(f"- {escaped(source['title'])}{url}")
    return lines


def _compared(row: tpp.Figure) -> tuple[str, ...]:
    """Return a line with a published TPP, ours, and why it differs if it does."""
    by = ", ".join(dict.fromkeys(tpp.SOURCES[name]["name"] for name in row.by))
    result = "publisher's error" if row.error else row.result
    return (row.chip, number(row.published), by, str(row.ours), row.gap, result, row.why)


def _rows(case: dict[str, Any], source: dict[str, Any]) -> list[tuple[str, ...]]:
    """Return a line for each chip of a case."""
    who = source["source_title"]
    if "not_asserted" in case:
        return [(case["id"], "", "", who, "", "not asserted", str(case["not_asserted"]).strip())]
    if key.kind(case) == "T":
        return [_figure(case, item, who) for item in key.subjects(case)]
    rows: list[tuple[str, ...]] = []
    for item in key.subjects(case):
        found = next(r for r in key.reports(case) if r.item is measure(item) or r.chip == item)
        laws = sorted(key.LAWS & case.keys())
        said = [a for a in found.assessments if a.ruleset.id in laws] or found.answer.assessments
        ours = "; ".join(
            f"{a.ruleset.id}: {', '.join(a.entries) or 'not listed'}, {a.exportable}"
            + (f" ({a.review.replace('_', ' ')})" if a.review else "")
            for a in said
        )
        rows.append((case["id"], _name(item), _asked(case), who, ours, *_result(case, said)))
    return rows


def _result(case: dict[str, Any], said: Any) -> tuple[str, str]:  # noqa: ANN401 - assessments
    """Return whether ours agrees, and why where it doesn't."""
    why = str(case.get("why", "")).strip()
    if key.kind(case) == "X":
        wrong = ", ".join(f"{layer} {value}" for layer, value in case["wrong"].items())
        return "differ", "; ".join(part for part in (f"published: {wrong}", why) if part)
    if any(a.exportable == "unknown" for a in said):
        lacks = ", ".join(dict.fromkeys(fact for a in said for fact in a.missing))
        return "undetermined", "; ".join(part for part in (f"lacks {lacks}", why) if part)
    opened = "; ".join(map(str, case.get("open", ())))
    return "agree", why or (f"open: {opened}" if opened else "")


def _figure(case: dict[str, Any], item: Any, who: str) -> tuple[str, ...]:  # noqa: ANN401 - a chip
    """Return a line with a published TPP and ours."""
    values = measure(item).values
    published = (case.get("figures") or case["off"])["tpp"]
    ours = values["tpp"]
    low = ours.low
    gap = f"{(low / published - 1) * 100:+.1f} %" if ours.exact and low is not None else ""
    text = f"{ours} for {published:,}{f', {gap}' if gap else ''}"
    result = "agree" if "figures" in case else "differ"
    return (case["id"], _name(item), "", who, text, result, str(case.get("why", "")).strip())


def _name(item: Any) -> str:  # noqa: ANN401 - a chip
    return str(item.id if item.id != "x" else f"{item.vendor} {item.name}")


def _asked(case: dict[str, Any]) -> str:
    ask = case.get("ask", {})
    to = ", ".join(key.several(ask.get("to", "CN")))
    more = [f"{name} {value}" for name, value in ask.items() if name not in ("on", "to")]
    return "; ".join([str(ask.get("on", "through time")), f"to {to}", *more])


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
