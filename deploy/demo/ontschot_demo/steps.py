# SPDX-License-Identifier: EUPL-1.2
"""Progress of the demo: one line a step, with a bar where the number of things is known.

On a terminal the bars move. In a file or a pipe each step is one line, written when it is done.
"""

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Column

from ontschot.protocol.language import Text, terminal_language


class Steps:
    """Shows the step that runs; a context, so that the terminal is always left in order."""

    def __init__(self, console: Console) -> None:
        self._language = terminal_language()
        self._progress = Progress(
            SpinnerColumn(finished_text="✓"),
            TextColumn("{task.description}", table_column=Column(no_wrap=True)),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._current: TaskID | None = None

    def begin(self, title: Text, total: int = 1) -> None:
        """End the running step and begin the next."""
        self._finish()
        self._current = self._progress.add_task(title.in_language(self._language), total=total)

    def advance(self) -> None:
        """Count one more thing of the running step."""
        if self._current is not None:
            self._progress.advance(self._current)

    def reach(self, number: int) -> None:
        """Say how many things of the running step are done."""
        if self._current is not None:
            self._progress.update(self._current, completed=number)

    def __enter__(self) -> "Steps":
        """Begin to show."""
        self._progress.start()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        """Show the last step as done, unless it failed."""
        if kind is None:
            self._finish()
        self._progress.stop()

    def _finish(self) -> None:
        if self._current is None:
            return
        task = self._progress.tasks[self._current]
        self._progress.update(self._current, completed=task.total)
        if self._progress.disable:
            seconds = f"{task.elapsed or 0:.0f}"
            self._progress.console.print(f"✓ {task.description} ({seconds} s)", markup=False)
        self._current = None
