"""Where results live: one sqlite3 file, one writer, one row a finished piece of work.

A row is committed before it is reported, in write-ahead mode with full synchronisation, so that whatever was reported
survives a killed process; the primary key keeps a piece of work from being stored twice. Not for network file systems:
workers return their records, and one process writes.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

__all__ = ["FORMAT", "ResultStore", "StoreError"]

FORMAT = 1
WAIT_SECONDS = 30.0  # for another writer
_APPLICATION = 0x67726D63  # "grmc", sqlite's application_id of these files
_TABLE = """CREATE TABLE records (
    key TEXT PRIMARY KEY, settings TEXT NOT NULL, record TEXT NOT NULL, finished REAL NOT NULL
) WITHOUT ROWID"""


class StoreError(ValueError):
    """A store cannot be read or written; the message says which file, why, and what to do."""


class ResultStore:
    """Finished records by key, in a file that survives interruption.

    Args:
        path: of the file; created when missing and `create` is true. Two more files, `-wal` and `-shm`, stand beside it
            while it is open.
        create: whether a missing file may be made.

    Raises:
        StoreError: the directory or file is missing, the file is no store or of another format, or it cannot be opened.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> with ResultStore(folder.name + "/results.sqlite") as store:
    ...     store.put("a", {"width": 8}, {"mean": 0.5})
    ...     store.put("a", {"width": 8}, {"mean": 0.7})   # finished already: the first stays
    ...     [record for _, _, record in store.rows()]
    True
    False
    [{'mean': 0.5}]
    >>> folder.cleanup()
    """

    def __init__(self, path: str | os.PathLike[str], *, create: bool = True) -> None:
        self.path = Path(path)
        if self.path.is_dir():
            raise StoreError(f"{self.path} is a directory: write the path of a file")
        if not self.path.exists():
            if not create:
                raise StoreError(f"{self.path} does not exist: write the path of a store that a sweep has made")
            if not self.path.absolute().parent.is_dir():
                raise StoreError(f"{self.path.absolute().parent} does not exist: make the directory first")
        elif self.path.stat().st_size and not self._starts_like_sqlite():
            raise StoreError(f"{self.path} is not a result store: write another path; nothing was changed")
        try:
            self._connection = sqlite3.connect(self.path, timeout=WAIT_SECONDS, isolation_level=None)
        except sqlite3.Error as error:
            raise StoreError(f"{self.path} cannot be opened: {error}") from error
        try:
            self._open()
        except BaseException:
            self._connection.close()
            raise

    def _starts_like_sqlite(self) -> bool:
        try:
            with self.path.open("rb") as file:
                return file.read(16) == b"SQLite format 3\0"
        except OSError as error:
            raise StoreError(f"{self.path} cannot be read: {error.strerror}") from error

    def _open(self) -> None:
        with self._errors("opened"):
            application, version, tables = self._identity()
        if application == 0 and tables == 0:
            with self._errors("written"):
                self._write_ahead()
                # Two processes may arrive here together: the second finds the work done.
                self._connection.execute("BEGIN IMMEDIATE")
                try:
                    if self._identity()[2] == 0:
                        self._connection.execute(_TABLE)
                        self._connection.execute(f"PRAGMA application_id = {_APPLICATION}")
                        self._connection.execute(f"PRAGMA user_version = {FORMAT}")
                    self._connection.execute("COMMIT")
                except BaseException:
                    self._roll_back()
                    raise
            with self._errors("opened"):
                application, version, tables = self._identity()
        if application != _APPLICATION:
            raise StoreError(f"{self.path} is a database of another program: write another path; nothing was changed")
        if version != FORMAT:
            raise StoreError(
                f"{self.path} was written in store format {version}, this program has format {FORMAT}: "
                "read it with the version that wrote it, or write another path; nothing was changed"
            )
        with self._errors("opened"):
            self._write_ahead()
            self._connection.execute("PRAGMA synchronous = FULL")

    def _write_ahead(self) -> None:
        """The write-ahead log. SQLite's own time to wait does not hold for this change, which needs the file alone."""
        until = time.monotonic() + WAIT_SECONDS
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > until:
                    raise
                time.sleep(0.01)

    def _identity(self) -> tuple[int, int, int]:
        """Application, format and number of tables, read in one transaction: another process may be making the file."""
        outermost = not self._connection.in_transaction
        if outermost:
            self._connection.execute("BEGIN")
        try:
            one = [
                self._connection.execute(query).fetchone()[0]
                for query in ("SELECT count(*) FROM sqlite_master", "PRAGMA application_id", "PRAGMA user_version")
            ]
        finally:
            if outermost:
                self._roll_back()
        return one[1], one[2], one[0]

    @contextlib.contextmanager
    def _errors(self, what: str) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            text = str(error)
            if "full" in text or "disk I/O" in text:
                raise StoreError(
                    f"{self.path} cannot be {what}: {text}; what was finished before is kept: "
                    "free space, then run the same command again to resume"
                ) from error
            if isinstance(error, sqlite3.DatabaseError) and ("not a database" in text or "malformed" in text):
                raise StoreError(f"{self.path} is damaged ({text}): restore a copy, or write another path") from error
            if "locked" in text:
                raise StoreError(
                    f"{self.path} is in use by another writer: wait for it, or write another path"
                ) from error
            raise StoreError(f"{self.path} cannot be {what}: {text}") from error

    def _roll_back(self) -> None:
        # A full disk rolls back by itself; then there is nothing left to undo.
        if self._connection.in_transaction:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")

    def put(self, key: str, settings: Mapping[str, Any], record: Mapping[str, Any]) -> bool:
        """Store one finished record; it is on disk when this returns.

        Args:
            key: names the piece of work.
            settings, record: data that JSON can hold; floats keep every digit, NaN and infinities included. Numpy
                scalars and arrays become numbers and lists.

        Returns:
            False where the key was there already, whose record then stays.

        Raises:
            StoreError: the disk is full, the file is damaged or locked; the record is not stored, all others are.
            TypeError: the data are not plain.
        """
        texts = [json.dumps(dict(data), default=_numpy_as_plain) for data in (settings, record)]
        row = (key, *texts, time.time())
        with self._errors("written"):
            try:
                cursor = self._connection.execute("INSERT OR IGNORE INTO records VALUES (?, ?, ?, ?)", row)
            except sqlite3.Error:
                self._roll_back()
                raise
        return cursor.rowcount == 1

    def keys(self) -> set[str]:
        """The keys of all finished records."""
        with self._errors("read"):
            return {key for (key,) in self._connection.execute("SELECT key FROM records")}

    def rows(self) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
        """Key, settings and record of everything stored, in the order of finishing."""
        with self._errors("read"):
            for key, settings, record in self._connection.execute(
                "SELECT key, settings, record FROM records ORDER BY finished, key"
            ):
                yield key, json.loads(settings), json.loads(record)

    def __len__(self) -> int:
        with self._errors("read"):
            return int(self._connection.execute("SELECT count(*) FROM records").fetchone()[0])

    def close(self) -> None:
        """Close the file; a store that is never closed loses nothing."""
        self._connection.close()

    def __enter__(self) -> ResultStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _numpy_as_plain(value: Any) -> Any:
    if hasattr(value, "dtype") and hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"a {type(value).__name__} cannot be stored: use numbers, text, lists and dicts")
