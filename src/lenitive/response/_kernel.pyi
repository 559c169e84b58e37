from typing import Any

def batch(
    arrays: tuple[Any, ...],
    days: int,
    q: int,
    k: int,
    level: int,
    theta: Any,
    lp: Any,
    log_s: Any,
    mean: Any,
    cov: Any,
    gram: Any,
    /,
) -> None: ...
def slope(
    arrays: tuple[Any, ...],
    days: int,
    q: int,
    k: int,
    level: int,
    theta: Any,
    gradient: Any,
    by_y: Any,
    by_s: Any,
    /,
) -> float: ...
def level() -> int: ...
