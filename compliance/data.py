"""Where the rules and the chips are, and how their files are opened.

In this order: the folder named by the environment variable COMPLIANCE_DATA; the data installed
with the package; the checkout the package stands in. A `rules` folder that merely lies in the
working directory is never used.
"""

from __future__ import annotations

import hashlib
import os
from codecs import BOM_UTF8
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from compliance.errors import ComplianceError, InputError, Problem, argument_error, did_you_mean

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

LARGEST_FILE = 1_000_000
"""Bytes a file may have; a spec has a few thousand."""


@lru_cache(maxsize=1)
def root() -> Traversable:
    """Return the folder that holds `rules` and `chips`.

    Raises:
        ComplianceError: there is none; the message names the places looked at.
    """
    named = os.environ.get("COMPLIANCE_DATA")
    package = Path(__file__).parent
    installed, checkout = package / "_data", package.parent
    if named:
        places: list[Traversable] = [Path(named)]
    elif (checkout / "pyproject.toml").is_file():
        places = [installed, checkout]
    else:
        places = [installed]
    for place in places:
        if (place / "rules").is_dir() and (place / "chips").is_dir():
            return place
    looked = ", ".join(map(str, places))
    raise ComplianceError(f"no folder with rules and chips; looked in {looked}")


@lru_cache(maxsize=8)
def catalog(room: str) -> dict[str, Traversable]:
    """Return id -> file of every YAML file one folder below `room`, sorted by id.

    Args:
        room: `chips` or `rules`. The groups of countries under rules/groups are no rulesets.
    """
    found: dict[str, Traversable] = {}
    for folder in (root() / room).iterdir():
        if not folder.is_dir() or folder.name == "groups":
            continue
        for file in folder.iterdir():
            if file.name.endswith(".yaml"):
                stem = file.name.removesuffix(".yaml")
                found[stem if room == "chips" else f"{folder.name}-{stem}"] = file
    return dict(sorted(found.items()))


def bundled(room: str, name: str) -> Traversable:
    """Return the bundled file called `name`.

    Raises:
        InputError: there is none; names the nearest.
    """
    known = catalog(room)
    file = known.get(name)
    if file is not None:
        return file
    thing = room.removesuffix("s").replace("rule", "ruleset")
    hint = did_you_mean(str(name), known) or f"compliance {room} lists them"
    raise argument_error(thing, name, f"the id of a bundled {thing}", hint)


def content(file: Traversable | Path, largest: int = LARGEST_FILE) -> str:
    """Return the text of a file.

    Args:
        file: the file.
        largest: bytes it may have.

    Raises:
        InputError: it can't be opened, is a folder, is too large, or is not UTF-8.
    """
    name = label(file)
    try:
        with file.open("rb") as stream:
            raw: bytes = stream.read(largest + 1).removeprefix(BOM_UTF8)
    except IsADirectoryError:
        raise _unreadable(name, "a directory", "a file") from None
    except FileNotFoundError:
        raise _unreadable(name, "no such file", "") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _unreadable(name, reason.lower(), "a file that can be read") from None
    if len(raw) > largest:
        spec = "a file of a few thousand, as a spec has" if largest == LARGEST_FILE else "fewer"
        raise _unreadable(name, f"more than {largest:,} bytes", spec)
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        found = f"the byte 0x{raw[error.start]:02x}"
        raise InputError([Problem(name, line, column, "", found, "UTF-8 text")]) from None


def label(file: Traversable | Path) -> str:
    """Return a file's name for messages: as given; of a bundled file, from its room on."""
    text = str(file)
    for room in ("chips", "rules"):
        base = f"{root() / room}{os.sep}"
        if text.startswith(base):
            return f"{room}/{text.removeprefix(base)}"
    return text


def digest(*texts: str) -> str:
    """Return the SHA-256 of the texts, as `sha256:` and 64 hexadecimal digits."""
    total = hashlib.sha256()
    for text in texts:
        total.update(text.encode())
    return f"sha256:{total.hexdigest()}"


def _unreadable(name: str, found: str, expected: str) -> InputError:
    return InputError([Problem(name, 0, 0, "", found, expected)])
