"""The options that say what a question is about, shared by the commands that ask one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from compliance.circumstances import Activity, Attestation, Exporter, Ledger, View
from compliance.errors import argument_error

if TYPE_CHECKING:
    import argparse

    from compliance.questions import Circumstances


def add_circumstances(
    parser: argparse.ArgumentParser, *, dated: bool = True, shipped: bool = True
) -> None:
    """Give a command the options of a question.

    Args:
        parser: of the command.
        dated: whether it is asked about one day.
        shipped: whether it is about a shipment of some quantity; else it is about designs or about
            rows of a file, which are shown without what proposals would say.
    """
    asked = parser.add_argument_group("the transaction")
    if dated:
        asked.add_argument(
            "--on",
            metavar="DATE",
            help="judge by the law in force that day; without it, by every ruleset through time, "
            "and the answer is today's"
            if shipped
            else "judge by the law in force that day (today)",
        )
    asked.add_argument("--to", metavar="CC", help="destination, as a country code or name (CN)")
    asked.add_argument(
        "--headquarters",
        metavar="CC",
        help="where the end user or its ultimate parent is headquartered (the destination)",
    )
    asked.add_argument("--activity", choices=get_args(Activity), default="export", help="(export)")
    asked.add_argument(
        "--informed", choices=("yes", "no"), help="whether a letter has informed the exporter"
    )
    if shipped:
        _add_quantities(asked)
    _add_parties(asked)
    _add_law(parser.add_argument_group("the law"), dated=dated, proposed=dated and shipped)


def _add_quantities(asked: Any) -> None:  # noqa: ANN401 - argparse has no public name for it
    """Give a group the options of rules that count."""
    asked.add_argument("--quantity", metavar="N", help="how many pieces, for the rules that count")
    asked.add_argument(
        "--shipped",
        metavar="LEDGER=TPP",
        action="append",
        default=[],
        help=f"aggregate TPP shipped before, by {', '.join(get_args(Ledger))}; repeatable",
    )


def _add_parties(asked: Any) -> None:  # noqa: ANN401 - as above
    """Give a group the options of rules that depend on who the parties are."""
    asked.add_argument(
        "--claim",
        metavar="ID",
        action="append",
        default=[],
        help="a license exception whose requirements on the parties are met; repeatable",
    )
    asked.add_argument(
        "--exporter",
        choices=get_args(Exporter),
        default="other",
        help="a front-end fabricator or an OSAT, to whom the foundry rules apply (other)",
    )
    asked.add_argument(
        "--attested",
        choices=get_args(Attestation),
        help="who attests the figures to a foundry: a designer, approved or authorized, or the "
        "packager",
    )


def _add_law(law: Any, *, dated: bool, proposed: bool) -> None:  # noqa: ANN401 - as above
    """Give a group the options that say which law is asked, and how it is read."""
    law.add_argument(
        "--origin",
        metavar="US|EU|JP",
        action="append",
        help="whose law applies; repeatable, for several may at once (US)",
    )
    law.add_argument(
        "--view",
        choices=get_args(View),
        default="enforced",
        help="by what is enforced, or by the text (enforced)",
    )
    law.add_argument(
        "--known-on", metavar="DATE", help="leave out what had not been published by that day"
    )
    law.add_argument(
        "--regime", metavar="ID", action="append", default=[], help="only this regime; repeatable"
    )
    if dated:
        law.add_argument(
            "--ruleset",
            metavar="ID",
            action="append",
            default=[],
            help="only this ruleset, in force or not; repeatable",
        )
    if proposed:
        law.add_argument(
            "--include-proposed",
            action="store_true",
            help="show what proposals would say, beside the answer",
        )


def circumstances(args: argparse.Namespace) -> Circumstances:
    """Return what the options say.

    Raises:
        InputError: an option's text can't be read; named as on the command line.
    """
    from compliance.groups import country  # noqa: PLC0415 - only commands that ask need it
    from compliance.questions import to_day  # noqa: PLC0415 - as above

    def given(read: Any, option: str) -> Any:  # noqa: ANN401 - what the option holds
        text = getattr(args, option.strip("-").replace("-", "_"), None)
        return None if text is None else read(text, option)

    return {
        "on": given(to_day, "--on"),
        "to": given(country, "--to"),
        "headquarters": given(country, "--headquarters"),
        "activity": args.activity,
        "informed": {"yes": True, "no": False, None: None}[args.informed],
        "view": args.view,
        "known_on": given(to_day, "--known-on"),
        "origin": args.origin or ["US"],
        "exporter": args.exporter,
        "attested": args.attested,
        "quantity": given(_whole, "--quantity"),
        "shipped": _shipped(getattr(args, "shipped", [])),
        "claims": args.claim,
        "regimes": args.regime,
        "rulesets": getattr(args, "ruleset", []),
        "proposed": getattr(args, "include_proposed", False),
    }


def _whole(text: str, option: str) -> int:
    """Return a whole number, written with or without commas."""
    digits = text.replace(",", "").replace("_", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST):
        raise argument_error(option, text, "a whole number such as 1699")
    return int(digits)


_LONGEST = 18
"""Digits of a quantity that are read; whether it is too large is said elsewhere."""


def _shipped(texts: list[str]) -> Any:  # noqa: ANN401 - checked where questions are read
    """Return ledger -> TPP."""
    found = {}
    for text in texts:
        ledger, equals, amount = text.partition("=")
        if not equals:
            raise argument_error("--shipped", text, "a ledger and an amount, such as country=1e6")
        name = ledger.strip().replace("-", "_")
        if name in found:
            raise argument_error("--shipped", text, f"{name} once")
        found[name] = amount.strip().replace(",", "")
    return found
