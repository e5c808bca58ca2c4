# SPDX-License-Identifier: EUPL-1.2
"""Loading one file: all of its good rows, or nothing.

Everything happens in one transaction. A row is checked by itself, waits in ``inlading_regel`` with
the others, is judged together with them and with what was loaded before, and only then comes in. A
rule that stops the file, an error of the disk or the database, or a file that changes while it is
read rolls all of it back.
"""

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Literal, TypeAlias

from sqlalchemy import Connection, Engine

from ontschot.node.provider.intake import history
from ontschot.node.provider.intake.bulk import refresh_statistics
from ontschot.node.provider.intake.checking import Checker
from ontschot.node.provider.intake.errors import IntakeFileChanged, IntakeFileUnreadable
from ontschot.node.provider.intake.facts import Facts
from ontschot.node.provider.intake.judging import (
    judge,
    mode_of,
    require_few_rejected,
    require_likely_total,
)
from ontschot.node.provider.intake.lines import BLOCK, blocks, header
from ontschot.node.provider.intake.report import Coverage, LoadReport
from ontschot.node.provider.intake.rule import FileStopped, Tally
from ontschot.node.provider.intake.rules import whole
from ontschot.node.provider.intake.rules.across import TRAJECT_OVERLAP
from ontschot.node.provider.intake.settings import IntakeSettings
from ontschot.node.provider.intake.settling import accepted, empty, settle
from ontschot.node.provider.intake.tariffs import load_tariffs
from ontschot.node.provider.records.clients import require_one_key
from ontschot.node.provider.records.identity import Identity
from ontschot.node.provider.records.sessions import transaction
from ontschot.protocol.clock import Clock

Step: TypeAlias = Literal["reading", "judging", "storing"]
Progress: TypeAlias = Callable[[Step, int, int], None]
"""Called with a step, how far it is, and how far it goes; in bytes of the file."""


def load_file(
    engine: Engine,
    identity: Identity,
    settings: IntakeSettings,
    path: Path,
    *,
    clock: Clock,
    confirm: bool = False,
    progress: Progress | None = None,
) -> LoadReport:
    """Load the CSV file at ``path`` into the record store, and say what was done.

    Whatever is wrong in the file is in the report; its status is ``stopped`` when an S rule was
    broken and nothing was loaded. ``confirm``: a person saw an earlier report and decided that so
    many rejected rows, or such a total, is right.

    Raises:
        IntakeFileUnreadable, IntakeFileChanged: the file itself; nothing was loaded.
        TariffFileWrong: the file with tariffs.
        IdentityKeysMixed: the clients in the database are not under the current key.
        RecordsUnavailable: or a subclass (busy, full); nothing was loaded.
    """
    facts = Facts(settings, load_tariffs(settings.tariffs), clock().date())
    load = _Load(identity, settings, facts, clock, confirm=confirm)
    try:
        with _opened(path, settings.limits.file_bytes) as file:
            return load.run(engine, _Source(file, progress or _silent))
    except FileStopped as stop:
        return load.stopped(stop)


class _Load:
    """One load: what has been counted so far, for the report."""

    def __init__(
        self,
        identity: Identity,
        settings: IntakeSettings,
        facts: Facts,
        clock: Clock,
        *,
        confirm: bool,
    ) -> None:
        self._identity = identity
        self._settings = settings
        self._facts = facts
        self._clock = clock
        self._confirm = confirm
        self._tally = Tally(settings.limits.lines_per_rule)
        self._read = self._rejected = 0
        self._sha256 = ""

    def run(self, engine: Engine, source: "_Source") -> LoadReport:
        line_bytes = self._settings.limits.line_bytes
        first = next(blocks(source, line_bytes), [])
        if not first:
            raise FileStopped(whole.EMPTY_FILE)
        order = header(first[0])
        self._sha256 = source.digest_all()
        with transaction(engine) as connection, history.turn(connection):
            require_one_key(connection, self._identity)
            if history.is_unchanged(connection, self._sha256):
                return LoadReport("unchanged", sha256=self._sha256)
            checker = self._check(connection, source, order)
            source.progress("judging", source.size, source.size)
            return self._take_in(connection, checker, source)

    def stopped(self, stop: FileStopped) -> LoadReport:
        return LoadReport(
            "stopped",
            sha256=self._sha256,
            read=self._read,
            rejected=self._rejected,
            counts=self._tally.counts(),
            problems=self._tally.problems(),
            stopped_by=stop.problem,
            can_confirm=stop.can_confirm,
        )

    def _check(
        self, connection: Connection, source: "_Source", order: tuple[int, ...] | None
    ) -> Checker:
        """Fill the waiting room with the rows that are good by themselves."""
        empty(connection)
        checker = Checker(connection, self._identity, self._facts, self._tally)
        number = 1
        source.rewind()
        try:
            for lines in blocks(source, self._settings.limits.line_bytes):
                start = 1 if number == 1 else 0
                checker.add(lines[start:], number + start, order)
                number += len(lines)
            checker.finish()
        finally:
            self._read, self._rejected = checker.read, checker.rejected
        if source.digest() != self._sha256:
            raise IntakeFileChanged
        if not checker.read:
            raise FileStopped(whole.EMPTY_FILE)
        return checker

    def _take_in(self, connection: Connection, checker: Checker, source: "_Source") -> LoadReport:
        """Judge the waiting room, and bring in what is accepted."""
        limit = self._settings.limits.lines_per_rule
        mode = mode_of(checker.accepted, checker.with_reference)
        refresh_statistics(connection, "inlading_regel", "client")
        verdict = judge(connection, mode, self._tally, limit)
        self._rejected += verdict.rejected
        require_few_rejected(self._read, self._rejected, confirmed=self._confirm)
        source.progress("storing", source.size, source.size)
        coming = accepted(connection)
        load = history.begin_load(connection, self._settings, self._sha256, mode, self._clock())
        replaced, merged = settle(connection, mode, load, coming)
        self._tally.add_many(TRAJECT_OVERLAP, merged, [0])
        if coming.first and coming.last:
            require_likely_total(
                connection, coming.gemeenten, coming.first, coming.last, confirmed=self._confirm
            )
        history.finish_load(connection, load, coming, self._read, self._rejected, self._tally)
        return LoadReport(
            "loaded",
            mode,
            self._sha256,
            self._read,
            coming.loaded,
            self._rejected,
            verdict.already,
            replaced,
            coming.net_cent,
            Coverage(
                tuple(coming.gemeenten),
                coming.first,
                coming.last,
                coming.with_address,
                coming.without_bsn,
            ),
            self._tally.counts(),
            self._tally.problems(),
        )


class _Source:
    """The open file: counts and hashes what is read, and turns its errors into coded ones."""

    def __init__(self, file: BinaryIO, progress: Progress) -> None:
        self.progress = progress
        self.size = os.fstat(file.fileno()).st_size
        self._file = file
        self._hash = hashlib.sha256()

    def read(self, size: int) -> bytes:
        """Return the next piece of the file.

        Raises:
            IntakeFileChanged: the disk or the network behind it gave up.
        """
        try:
            piece = self._file.read(size)
        except OSError as error:
            raise IntakeFileChanged(error.strerror or "") from None
        self._hash.update(piece)
        if piece:
            self.progress("reading", self._file.tell(), self.size)
        return piece

    def rewind(self) -> None:
        """Go back to the start."""
        self._file.seek(0)
        self._hash = hashlib.sha256()

    def digest(self) -> str:
        """Return SHA-256 of what was read since the start."""
        return self._hash.hexdigest()

    def digest_all(self) -> str:
        """Return SHA-256 of the whole file, without reporting progress."""
        silent = _Source(self._file, _silent)
        silent.rewind()
        while silent.read(BLOCK):
            pass
        return silent.digest()


@contextmanager
def _opened(path: Path, limit: int) -> Iterator[BinaryIO]:
    try:
        # Not blocking: opening a named pipe would wait for a writer.
        file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb", buffering=0)
    except OSError as error:
        raise IntakeFileUnreadable(f"{path.name}: {error.strerror}") from None
    with file:
        facts = os.fstat(file.fileno())
        if not stat.S_ISREG(facts.st_mode):
            raise IntakeFileUnreadable(f"{path.name}: no ordinary file")
        if facts.st_size > limit:
            raise FileStopped(whole.TOO_LARGE)
        yield file


def _silent(_step: Step, _done: int, _total: int) -> None:
    """Report no progress."""
