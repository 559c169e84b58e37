from typing import Any

def batch(
    arrays: tuple[Any, ...],
    days: int,
    q: int,
    k: int,
    devices: int,
    level: int,
    theta: Any,
    lp: Any,
    log_s: Any,
    share: Any,
    mean: Any,
    cov: Any,
    gram: Any,
    /,
) -> None: ...
def room(arrays: tuple[Any, ...], days: int, q: int, k: int, devices: int, level: int, /) -> int: ...
def slope(
    arrays: tuple[Any, ...],
    days: int,
    q: int,
    k: int,
    devices: int,
    level: int,
    room: Any,
    theta: Any,
    gradient: Any,
    by_y: Any,
    by_s: Any,
    /,
) -> float: ...
def climb(
    arrays: tuple[Any, ...],
    days: int,
    q: int,
    k: int,
    devices: int,
    level: int,
    room: Any,
    centre: Any,
    scale: Any,
    first: Any,
    tolerance: float,
    limit: int,
    z: Any,
    g: Any,
    hessian: Any,
    /,
) -> tuple[bool, int]: ...
def mixture(
    level: int,
    weight: Any,
    mean: Any,
    sd: Any,
    limits: Any,
    quantiles: Any,
    start: Any,
    below: Any,
    at: Any,
    /,
) -> None: ...
def resolve(
    level: int, n: int, p: int, parts: int, directions: int, scores: int, arrays: tuple[Any, ...], /
) -> None: ...
def respond(level: int, n: int, days: int, k: int, arrays: tuple[Any, ...], /) -> None: ...
def smooth(level: int, n: int, days: int, devices: int, arrays: tuple[Any, ...], /) -> None: ...
def first_order(days: int, k: int, arrays: tuple[Any, ...], /) -> None: ...
def level() -> int: ...
