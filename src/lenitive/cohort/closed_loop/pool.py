"""Work on processes, in the order in which it was asked for."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

__all__ = ["in_order"]

Task = TypeVar("Task")
Found = TypeVar("Found")


def in_order(
    work: Callable[[Task], Found], tasks: Sequence[Task], *, workers: int, chunk: int = 4
) -> Iterator[Found]:
    """What a function of a module gives for each task, as soon as it and all before it are done.

    Args:
        work: The function; it and the tasks are sent to other processes.
        tasks: What it is asked.
        workers: Processes; with one it is this one.
        chunk: Tasks sent at a time.
    """
    if workers <= 1:
        yield from map(work, tasks)
        return
    # Spawned, not forked: a fork of a process with threads may stop for ever.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        yield from pool.map(work, tasks, chunksize=chunk)
