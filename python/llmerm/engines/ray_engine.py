"""`engine="ray"`: batches of candidates x ranges of blocks as tasks of a Ray cluster."""

from __future__ import annotations

import logging
import os
import socket
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from llmerm.dataset import Dataset
from llmerm.engines import plan, tasks
from llmerm.engines.folding import Folding
from llmerm.engines.ranges import Range, ranges
from llmerm.errors import InternalError, LlmermError, MissingExtraError, UsageError
from llmerm.stream.memory import DatasetStream
from llmerm.verdict import Verdict
from llmerm.verification import Settings, count

if TYPE_CHECKING:
    from llmerm.compilers import Program
    from llmerm.stream import Stream

try:
    import ray
    from ray import exceptions
except ImportError as error:
    raise MissingExtraError('engine="ray" needs Ray: pip install "llmerm[ray]"') from error

_REACH = 10.0  # seconds to reach a cluster
TRIES = 4  # of a task whose worker or node dies
LOST = (  # what says that, and nothing else
    exceptions.WorkerCrashedError,
    exceptions.NodeDiedError,
    exceptions.OutOfMemoryError,
    exceptions.ObjectLostError,
    exceptions.LocalRayletDiedError,
)


def count_on_ray(
    programs: Sequence[Program],
    rows: Dataset | Stream,
    settings: Settings,
    address: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> tuple[list[Verdict], bool]:
    """What `verification.count` gives of all blocks, from a cluster; `settings.threads` are those of a task.

    `address` is Ray's; None: the cluster this process is connected to, else $RAY_ADDRESS, else one that runs
    on this machine, else a new one for this call. Raises as `count` does, and LlmermError when a task has
    lost its worker TRIES times.
    """
    if not programs or (isinstance(rows, Dataset) and len(rows) == 0):
        return count(programs, rows, settings, progress=progress)  # nothing to share out
    stream = DatasetStream(rows) if isinstance(rows, Dataset) else rows
    with _connected(address):
        run = _Run(programs, stream, settings, _slots(settings.threads), progress)
        try:
            run.go()
            interrupted = False
        except KeyboardInterrupt:
            interrupted = True
        finally:
            run.cancel()
        return run.folding.verdicts(interrupted=interrupted), interrupted


@dataclass(slots=True)
class _Task:
    """Some programs of a batch on a range of blocks."""

    batch: int
    range: Range
    programs: list[int]
    spent: tuple[int, ...] = ()
    tries: int = 0


class _Run:
    """One verification: what is in flight, what waits, and the sums."""

    def __init__(
        self,
        programs: Sequence[Program],
        rows: Stream,
        settings: Settings,
        slots: int,
        progress: Callable[[int], None] | None,
    ) -> None:
        known = plan.blocks(rows.rows)
        size = plan.blocks_of_task(known, slots)
        self._batches = plan.batches(len(programs), None if known is None else -(-known // size), slots)
        self.folding = Folding(self._batches, settings.limits.fuel_per_candidate)
        self._sources = [ray.put(tasks.Batch.of([programs[i] for i in batch])) for batch in self._batches]
        self._buffer = settings.row_buffer
        self._settings = replace(settings, row_buffer=max(1, settings.row_buffer // slots))
        self._most = 2 * slots  # tasks in flight: the next one is at hand when a worker is done
        self._ranges = ranges(rows, size)
        self._open: dict[int, Range] = {}  # ranges that some batch has not added up yet
        self._waiting: deque[_Task] = deque()
        self._flying: dict[Any, _Task] = {}
        self._progress, self._done = progress, 0
        # Lost tasks are ours to repeat: Ray would do so without end when memory is short.
        self._remote: Any = ray.remote(num_cpus=settings.threads, max_retries=0)(tasks.run)

    def go(self) -> None:
        """Until there is nothing left to do."""
        while self._fill():
            done, _ = ray.wait(list(self._flying), num_returns=1)
            for ref in done:
                self._take(self._flying.pop(ref), ref)

    def cancel(self) -> None:
        """End what is still in flight, whatever it is doing."""
        for ref in self._flying:
            ray.cancel(ref, force=True)
        self._flying.clear()

    def _fill(self) -> bool:
        """Have as many tasks in flight as there may be; whether any are."""
        while len(self._flying) < self._most and (task := self._next()) is not None:
            settings = replace(self._settings, spent=task.spent)
            first = self._batches[task.batch].start
            which = [program - first for program in task.programs]
            ref = self._remote.remote(
                self._sources[task.batch], which, task.range.rows, task.range.blocks, settings
            )
            self._flying[ref] = task
        return bool(self._flying)

    def _next(self) -> _Task | None:
        """The next task: of what waits, else of the next range, while the rows put into the store are few."""
        while not self._waiting:
            held = sum(range.nbytes for range in self._open.values())
            full = bool(self._open) and held >= self._buffer
            range_ = None if full else self._next_range()
            if range_ is None:
                return None
            self._open[range_.part] = range_
            for batch in range(len(self._batches)):
                programs = self.folding.running(batch)
                if programs:
                    self._waiting.append(_Task(batch, range_, programs))
        return self._waiting.popleft()

    def _next_range(self) -> Range | None:
        if not any(self.folding.running(batch) for batch in range(len(self._batches))):
            return None
        return next(self._ranges, None)

    def _take(self, task: _Task, ref: Any) -> None:
        """File what a task returned, or have it run again when it is lost."""
        try:
            result = ray.get(ref)
        except LOST as error:
            task.tries += 1
            if task.tries == TRIES:
                first, stop = task.range.blocks
                raise LlmermError(
                    f"blocks {first} to {stop} lost their worker {TRIES} times; give the nodes more memory,"
                    f" or set a lower row_buffer: {str(error).splitlines()[0]}"
                ) from error
            self._waiting.appendleft(task)
            return
        except exceptions.RayTaskError as error:
            raise InternalError(
                f"a worker failed; is the same llmerm installed on every node? {error.cause!r}"
            ) from error
        if isinstance(result, LlmermError):
            raise result
        again = self.folding.file(task.batch, task.range.part, dict(zip(task.programs, result, strict=True)))
        if again is not None:
            spent = tuple(again.spent.values())
            self._waiting.appendleft(_Task(again.batch, self._open[again.part], list(again.spent), spent))
        for part in [part for part in self._open if self.folding.is_past(part)]:
            del self._open[part]  # and with it, its rows in the object store
        if not task.spent:
            self._done += sum(verdict.rows for verdict in result)
            if self._progress is not None:
                self._progress(self._done)


def _nodes() -> list[dict[str, Any]]:
    return ray.nodes()  # type: ignore[no-untyped-call, no-any-return]


def _slots(threads: int) -> int:
    """How many tasks the cluster can run at once. Raises UsageError if none of its nodes can run one."""
    cpus = [int(node["Resources"].get("CPU", 0)) for node in _nodes() if node["Alive"]]
    if 0 < max(cpus, default=0) < threads:
        raise UsageError(f"no node of the cluster has {threads} CPUs for a task; lower threads")
    return max(1, sum(each // threads for each in cpus))


def _reach(address: str | None) -> None:
    """Raise UsageError if nothing listens at host:port; Ray itself would wait there for minutes."""
    host, _, port = (address or "").rpartition(":")
    if not host or "/" in host or not port.isdecimal():
        return
    try:
        socket.create_connection((host, int(port)), timeout=_REACH).close()
    except (OSError, OverflowError) as error:
        raise UsageError(f"no Ray cluster can be had at {address}: {error}") from error


@contextmanager
def _connected(address: str | None) -> Iterator[None]:
    """Connected to the cluster; at the end as it was before."""
    if ray.is_initialized():
        if address is not None:
            raise UsageError("this process is connected to a Ray cluster already; leave the address out")
        yield
        return
    _reach(address)
    # A cluster that is started here reports to nobody, unless the caller wants it to.
    unsaid = "RAY_USAGE_STATS_ENABLED" not in os.environ
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise UsageError(
            f"no Ray cluster can be had{f' at {address}' if address else ''}: {str(error).splitlines()[0]}"
        ) from error
    finally:
        if unsaid:
            del os.environ["RAY_USAGE_STATS_ENABLED"]
    try:
        yield
    finally:
        ray.shutdown()
