"""What a finding demands today, and which of its drugs must not end abruptly even then."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from lenitive.knowledge import Demands, Knowledge, StoppedAbruptly
from lenitive.safety.finding import Demand

__all__ = ["NO_DEMAND", "Acts", "acts"]


class Acts(NamedTuple):
    """A demand with the drugs it is about.

    Attributes:
        demands: What has to be done today; None for nothing.
        basis: Who says so.
        on: The drugs to be stopped or held.
        tapers: Those for which a taper is the safe way.
    """

    demands: Demand | None = None
    basis: str = ""
    on: tuple[str, ...] = ()
    tapers: tuple[str, ...] = ()


NO_DEMAND = Acts()


def acts(
    demands: Demands | None,
    basis: str | None,
    drugs: Iterable[str],
    knowledge: Knowledge,
    *,
    tapers: Collection[str] = (),
    gently: bool = False,
) -> Acts:
    """The demand of a rule or row.

    Args:
        demands: What it demands.
        basis: Who says so.
        drugs: The drugs that would be stopped or held.
        knowledge: What is known: a drug whose abrupt end is a critical matter by its own rule is tapered.
        tapers: Drugs or classes that the rule itself says to taper.
        gently: Whether nothing in the matter is so sudden that a withdrawal would be the lesser harm: then every drug
            that a rule says not to stop abruptly is tapered.
    """
    if demands is None:
        return NO_DEMAND
    demand = Demand(demands)
    if not demand.binds_doses:
        return Acts(demands=demand, basis=basis or "ours")
    on = tuple(sorted(set(drugs)))
    if not on:  # what sets it off is none of the drugs that may be left off without asking: a person decides
        return Acts(demands=Demand.CONTACT, basis=basis or "ours")
    never_abruptly = {
        d
        for rule in knowledge.safety.rules
        if (gently or rule.tier == "critical") and any(isinstance(t, StoppedAbruptly) for t in rule.when)
        for d in rule.drugs
    }
    is_any = knowledge.substances.is_any
    return Acts(
        demands=demand,
        basis=basis or "ours",
        on=on,
        tapers=tuple(d for d in on if is_any(d, {*tapers, *never_abruptly})),
    )
