"""Where the pharmacy is: an option that several commands share."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

__all__ = ["Market", "SoldIn"]


class SoldIn(StrEnum):
    """The markets whose products plans can be made of."""

    US = "us"
    UK = "uk"


Market = Annotated[SoldIn, typer.Option("--market", help="Where the pharmacy is; products differ.")]
