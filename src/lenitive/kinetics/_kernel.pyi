from typing import Any

def carry(
    events: int, patients: int, terms: int, steps: int, rows: int, arrays: tuple[Any, ...], /
) -> None: ...
