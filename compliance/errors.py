"""Everything this library raises on purpose.

    ComplianceError
    ├── QuantityError   a text is not the quantity that was wanted
    └── InputError      a file or an argument can't be used; carries one Problem for each fault

A `Problem` is also what a warning is made of: same words, but the input was accepted.
"""

from collections.abc import Iterable
from typing import NamedTuple


class ComplianceError(Exception):
    """The root: catch this to catch all that the library raises on purpose."""


class QuantityError(ComplianceError, ValueError):
    """A text is not the quantity that was wanted.

    Attributes:
        found: the text, shortened.
        expected: what would do.
        hint: a near miss, or empty.
    """

    def __init__(self, found: str, expected: str, hint: str = "") -> None:
        super().__init__(sentence(found, expected, hint))
        self.found = found
        self.expected = expected
        self.hint = hint


class Problem(NamedTuple):
    """One fault in an input: where it is, what was found, what was expected.

    Attributes:
        source: the file, or the option or argument it came by.
        line: 1-based, 0 where there is no text behind it.
        column: 1-based, 0 where there is no text behind it.
        field: dotted path of the field, such as `links.0.bandwidth`; may be empty.
        found: what stood there, shortened.
        expected: what would do.
        hint: a near miss or a way out; may be empty.
    """

    source: str
    line: int
    column: int
    field: str
    found: str
    expected: str
    hint: str = ""

    def __str__(self) -> str:
        source = self.source if self.source.isprintable() else ascii(self.source)[1:-1]
        place = f"{source}:{self.line}:{self.column}" if self.line else source
        field = self.field if self.field.isprintable() else ascii(self.field)[1:-1]
        head = f"{place}: {field}" if field else place
        return f"{head}: {sentence(self.found, self.expected, self.hint)}"


class InputError(ComplianceError):
    """A file or an argument can't be used.

    Attributes:
        problems: every fault found, in the order of the text.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def argument_error(source: str, found: object, expected: str, hint: str = "") -> InputError:
    """Return the error for one bad argument or option."""
    return InputError([Problem(source, 0, 0, "", shown(found), expected, hint)])


def sentence(found: str, expected: str, hint: str) -> str:
    """Return the one form that every complaint has."""
    text = f"found {found}, expected {expected}" if expected else found
    return f"{text} ({hint})" if hint else text


def shown(value: object, limit: int = 60) -> str:
    """Return `value` as it may be printed: quoted, on one line, short, without control codes."""
    if value is None:
        return "nothing"
    if isinstance(value, list | dict):
        kind = "a list" if isinstance(value, list) else "a mapping"
        return kind if value else kind.replace("a ", "an empty ")
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    if not text.isprintable():
        text = ascii(text)[1:-1]
    if len(text) > limit:
        text = text[: limit - 3] + "..."
    return f'"{text}"' if isinstance(value, str) else text


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `did you mean ...?` for the nearest of `known`, or an empty text.

    A known word that contains `word` counts as near: people type `h20` for `nvidia-h20-96gb`.
    """
    from difflib import get_close_matches  # noqa: PLC0415 - only a mistake needs it

    words = list(dict.fromkeys(known))
    folded = word.casefold()[:80]
    near = [w for w in words if len(folded) > 1 and w.casefold().startswith(folded)]
    near += get_close_matches(word[:80], words, n=3, cutoff=0.75)
    near += [w for w in words if len(folded) > 1 and folded in w.casefold()]
    if not near:
        near = get_close_matches(folded, words, n=3, cutoff=0.6)
    return f"did you mean {' or '.join(list(dict.fromkeys(near))[:3])}?" if near else ""
