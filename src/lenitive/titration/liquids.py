"""Volumes of an oral solution that a syringe can measure: whole lines of the smallest syringe that holds them.

A dose is the volume times the strength, and nothing between two lines is ever asked for. Volumes are counted in
hundredths of a millilitre, so that every line is a whole number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lenitive.frozen import dataclass
from lenitive.knowledge import Drug, Market, PlanningFile, Product

__all__ = ["Liquid", "LiquidDose", "Syringe", "liquid_doses", "liquid_of", "syringes_for"]

_PER_ML = 100


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Syringe:
    """An oral syringe.

    Attributes:
        capacity_ml: What it holds when full.
        graduation_ml: Between two of the lines that are used.
        supplied: Whether it comes with the product; otherwise it is one that any pharmacy can hand out.
    """

    capacity_ml: float
    graduation_ml: float
    supplied: bool


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Liquid:
    """An oral solution as the pharmacy hands it out.

    Attributes:
        form: The product's form.
        product: Key of the product in the drug's file.
        mg_per_ml: Its strength.
        pack_ml: What one bottle holds; None where no source says.
    """

    form: str
    product: str
    mg_per_ml: float
    pack_ml: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LiquidDose:
    """One volume of a liquid, measured in one or more fills of one syringe.

    Attributes:
        liquid: What is measured.
        syringe: With what.
        fills_ml: The fills, the largest first.
    """

    liquid: Liquid
    syringe: Syringe
    fills_ml: tuple[float, ...]

    @property
    def ml(self) -> float:
        """The whole volume."""
        return round(sum(self.fills_ml), 2)

    @property
    def mg(self) -> float:
        """What the volume holds."""
        return round(self.ml * self.liquid.mg_per_ml, 6)

    @property
    def form(self) -> str:
        """The product's form."""
        return self.liquid.form


def liquid_of(drug: Drug, market: Market) -> tuple[str, Product] | None:
    """The solution of the drug that is planned in a market, with its key.

    One strength only, the first in the file: two strengths of one drug in one house are taken for each other.
    """
    return next(
        (
            (key, p)
            for key, p in drug.product.items()
            if p.decides and p.liquid and p.market in {market, "any"}
        ),
        None,
    )


def syringes_for(drug: Drug, product: str, planning: PlanningFile, market: Market) -> tuple[Syringe, ...]:
    """What measures the product, the smallest first: what comes with it where a source says, else what pharmacies have."""
    own = drug.measure.get(product)
    if own is not None and own.decides:
        return (Syringe(capacity_ml=own.capacity_ml, graduation_ml=own.value, supplied=True),)
    return tuple(
        Syringe(capacity_ml=s.capacity_ml, graduation_ml=s.graduation_ml, supplied=False)
        for s in planning.syringes(market)
    )


def _fills(syringe: Syringe, smallest: int, most_fills: int) -> Iterator[tuple[int, ...]]:
    """Every way to fill it, in hundredths of a millilitre: full ones first, the last one any line."""
    full, line = round(syringe.capacity_ml * _PER_ML), round(syringe.graduation_ml * _PER_ML)
    for before in range(most_fills):
        for last in range(line, full + 1, line):
            if last >= smallest:
                yield (full,) * before + (last,)


def liquid_doses(
    liquid: Liquid, syringes: Sequence[Syringe], *, smallest_ml: float, most_fills: int, most_mg: float
) -> tuple[LiquidDose, ...]:
    """Every volume that can be measured, ascending, each with the smallest syringe that holds it.

    Only the largest syringe is filled more than once.

    Args:
        liquid: What is measured.
        syringes: The smallest first.
        smallest_ml: No fill below this.
        most_fills: No volume in more fills.
        most_mg: No volume that holds more.
    """
    found: dict[int, LiquidDose] = {}
    for syringe in syringes:
        fills = most_fills if syringe == syringes[-1] else 1
        for one in _fills(syringe, round(smallest_ml * _PER_ML), fills):
            liquid_dose = LiquidDose(liquid=liquid, syringe=syringe, fills_ml=tuple(f / _PER_ML for f in one))
            held_by_smaller = any(s.capacity_ml >= liquid_dose.ml - 1e-9 for s in syringes if s < syringe)
            if liquid_dose.mg <= most_mg + 1e-9 and not held_by_smaller:
                found.setdefault(sum(one), liquid_dose)
    return tuple(found[v] for v in sorted(found))
