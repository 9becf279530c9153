"""What a pull shows: a moving line for each stream of each source, and at the end the table in which nothing is
missing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

COLUMNS = ("sent", "accepted", "with remarks", "returned", "unchanged")


class Counts(Protocol):
    """What became of the records of one stream in this run. The first is the sum of the others, always."""

    sent: int
    accepted: int
    remarked: int
    returned: int
    unchanged: int


@dataclass(slots=True)
class Bars:
    """Told of every batch by the pull (`intake.jobs.pull.Progress`). On a terminal lines move; elsewhere only the
    table is printed.
    """

    console: Console = field(default_factory=Console)
    rows: dict[tuple[str, str], tuple[int, int, int, int, int]] = field(default_factory=dict)
    faults: dict[tuple[str, str], str] = field(default_factory=dict)
    tasks: dict[tuple[str, str], TaskID] = field(default_factory=dict)
    progress: Progress = field(init=False)

    def __post_init__(self) -> None:
        words = TextColumn("{task.description:<34}{task.fields[sent]:>9,} records  {task.fields[fault]}")
        columns = (TextColumn(" "), SpinnerColumn(finished_text="✓"), words, TimeElapsedColumn())
        self.progress = Progress(*columns, console=self.console, disable=not self.console.is_terminal)

    def __enter__(self) -> Bars:
        self.progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.progress.stop()

    def __call__(self, source: str, stream: str, counts: Counts, *, ended: bool, fault: str) -> None:
        key = source, stream
        self.rows[key] = (counts.sent, counts.accepted, counts.remarked, counts.returned, counts.unchanged)
        if fault:
            self.faults[key] = fault
        if key not in self.tasks:
            self.tasks[key] = self.progress.add_task(f"{source} {stream}", total=None, sent=0, fault="")
        self.progress.update(self.tasks[key], sent=counts.sent, fault=fault)
        if ended:
            self.progress.update(self.tasks[key], total=1, completed=1)

    @property
    def balances(self) -> bool:
        """Whether sent = accepted + with remarks + returned + unchanged, for each stream."""
        return all(sent == sum(fates) for sent, *fates in self.rows.values())

    def table(self) -> Table:
        """One row a stream, sums below. What does not add up, and what stopped a stream, stands at the end of its
        row.
        """
        table = Table("source", "stream", *COLUMNS, "", box=None, pad_edge=False, header_style="bold", show_footer=True)
        for column in table.columns[2:7]:
            column.justify = "right"
        for (source, stream), numbers in sorted(self.rows.items()):
            said = self.faults.get((source, stream), "")
            wrong = "" if numbers[0] == sum(numbers[1:]) else "does not add up"
            table.add_row(source, stream, *(f"{number:,}" for number in numbers), f"{said} {wrong}".strip())
        table.columns[0].footer = "all"
        for place, column in enumerate(table.columns[2:7]):
            column.footer = f"{sum(numbers[place] for numbers in self.rows.values()):,}"
        return table
