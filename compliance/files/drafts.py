"""Files that get their name when they are complete."""

from __future__ import annotations

import io
import os
import secrets
from contextlib import suppress
from typing import IO, TYPE_CHECKING

from compliance.errors import ComplianceError

if TYPE_CHECKING:
    from pathlib import Path

    from typing_extensions import Buffer


class Draft(io.RawIOBase):
    """A file under a passing name in the folder of the one it will be.

    Attributes:
        path: what it will be called.
        failure: what kept it from being written.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.failure: OSError | None = None
        self._part = path.with_name(f".compliance-{secrets.token_hex(6)}.part")
        self._file: IO[bytes] | None = None
        self._over = False

    def writable(self) -> bool:
        """Return True."""
        return True

    def open(self) -> None:
        """Make the file, which else is made with the first bytes."""
        self._opened()

    def write(self, data: Buffer) -> int:
        """Write bytes."""
        try:
            return self._opened().write(data)
        except OSError as error:
            self.failure = self.failure or error
            raise

    def commit(self) -> None:
        """Give the file its name.

        Raises:
            OSError: it can't be completed or named.
        """
        file = self._opened()
        file.flush()
        os.fsync(file.fileno())
        file.close()
        self._part.replace(self.path)
        self._file = None
        with suppress(OSError):  # Not every system lets a folder be opened.
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def discard(self) -> None:
        """Remove the file, unless it has its name; a sink that is still at work is refused."""
        self._over = True
        if self._file is not None:
            with suppress(OSError):  # What could not be written can't be flushed either.
                self._file.close()
            self._part.unlink(missing_ok=True)
            self._file = None

    def _opened(self) -> IO[bytes]:
        if self._over:
            raise OSError("given up")
        if self._file is None:
            self._file = self._part.open("xb")
        return self._file


def unwritable(path: Path, error: OSError) -> ComplianceError:
    """Return what to say of a file that can't be written."""
    reason = (error.strerror or str(error)).lower()
    return ComplianceError(f"{path}: can't be written: {reason}")
