"""The compiled kernel, or None where it was not built."""

from __future__ import annotations

from types import ModuleType

__all__ = ["MODULE", "level"]


def _load() -> ModuleType | None:
    try:
        from lenitive.response import _kernel
    except ImportError:
        return None
    return _kernel


MODULE = _load()


def level() -> int:
    """The best instruction set of this machine: 0 plain, 1 AVX2, 2 AVX-512; -1 without a kernel."""
    return -1 if MODULE is None else int(MODULE.level())
