"""What one intake can be made of: whole units, halves of scored tablets, and liquid in volumes that can be measured."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import combinations_with_replacement

from lenitive.frozen import dataclass
from lenitive.knowledge import Drug, Market, PlanningFile
from lenitive.titration.liquids import Liquid, LiquidDose, liquid_doses, liquid_of, syringes_for

__all__ = ["Handful", "Piece", "handfuls", "measured_handfuls"]

# Amounts are counted in hundredths of a milligram, so that 2.8 mg and half of 7.5 mg are whole numbers.
_PER_MG = 100


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Piece:
    """One counted thing that is put in the mouth.

    Attributes:
        mg: What it holds.
        form: The product's form.
        unit_mg: The strength it comes from: twice ``mg`` for a half.
        product: Key of the product in the drug's file.
    """

    mg: float
    form: str
    unit_mg: float
    product: str

    @property
    def is_half(self) -> bool:
        """Whether it is half of a scored tablet."""
        return self.mg < self.unit_mg


@dataclass(frozen=True, slots=True, kw_only=True)
class Handful:
    """One intake: how many of each piece, or a volume of a liquid; never both, never two forms.

    Attributes:
        pieces: The fewest pieces that make the amount, halves avoided; none for a liquid.
        liquid_dose: The volume, for a liquid.
    """

    pieces: tuple[tuple[Piece, int], ...] = ()
    liquid_dose: LiquidDose | None = None

    def __post_init__(self) -> None:
        if bool(self.pieces) == (self.liquid_dose is not None):
            raise ValueError("an intake is made of pieces or of a volume")

    @property
    def mg(self) -> float:
        """The dose."""
        return self.liquid_dose.mg if self.liquid_dose else sum(p.mg * n for p, n in self.pieces)

    @property
    def form(self) -> str:
        """The one form that it is made of."""
        return self.liquid_dose.form if self.liquid_dose else self.pieces[0][0].form

    @property
    def count(self) -> int:
        """How many pieces, or fills."""
        return len(self.liquid_dose.fills_ml) if self.liquid_dose else sum(n for _, n in self.pieces)

    @property
    def halves(self) -> int:
        """How many of them are halves."""
        return sum(n for p, n in self.pieces if p.is_half)


def _pieces(drug: Drug, market: Market, form: str | None) -> tuple[Piece, ...]:
    found: dict[float, Piece] = {}
    for key, product in drug.product.items():
        if not product.decides or product.market not in {market, "any"} or product.liquid:
            continue
        if form is not None and product.form != form:
            continue
        for strength in product.strengths_mg:
            whole = Piece(mg=strength, form=product.form, unit_mg=strength, product=key)
            # A whole unit is preferred to a half that holds the same.
            if strength not in found or found[strength].is_half:
                found[strength] = whole
            if product.halves:
                half = Piece(mg=strength / 2, form=product.form, unit_mg=strength, product=key)
                found.setdefault(half.mg, half)
    return tuple(sorted(found.values()))


def _forms(drug: Drug, market: Market, kept: str) -> tuple[str, ...]:
    """Forms that may be used, the preferred first: the one that is taken now before all. Modified-release forms only where there is no other."""
    forms = {p.form for p in drug.products(market) if not p.liquid}
    plain = {f for f in forms if not f.startswith("extended")}
    return tuple(sorted(plain or forms, key=lambda f: (f != kept, f == "odt", f != "tablet", f)))


@lru_cache(maxsize=512)
def _table(pieces: tuple[Piece, ...], most_mg: float, most_pieces: int) -> dict[int, Handful]:
    """Every amount up to the most, with the handful of fewest pieces, fewest halves and fewest kinds: by enumeration.

    A dozen pieces, four at a time, are fewer than two thousand handfuls.
    """
    best: dict[int, tuple[tuple[int, int, int], tuple[Piece, ...]]] = {}
    for n in range(1, most_pieces + 1):
        for chosen in combinations_with_replacement(pieces, n):
            amount = sum(round(p.mg * _PER_MG) for p in chosen)
            if amount > round(most_mg * _PER_MG):
                continue
            cost = (n, sum(p.is_half for p in chosen), len(set(chosen)))
            if amount not in best or cost < best[amount][0]:
                best[amount] = (cost, chosen)
    return {
        amount: Handful(pieces=tuple(sorted(Counter(chosen).items()))) for amount, (_, chosen) in best.items()
    }


def handfuls(
    drug: Drug, market: Market, most_mg: float, most_pieces: int, form: str = ""
) -> tuple[Handful, ...]:
    """Every single intake that can be made of products of one form, ascending by dose.

    Forms are not mixed in one intake: a plain tablet and a disintegrating or modified-release one are taken differently.

    Args:
        drug: The drug.
        market: Where the patient's pharmacy is.
        most_mg: No intake above this.
        most_pieces: No intake of more pieces.
        form: The form that is kept where it makes an amount; empty for none.
    """
    found: dict[int, Handful] = {}
    for one in _forms(drug, market, form):
        for amount, handful in _table(_pieces(drug, market, one), most_mg, most_pieces).items():
            found.setdefault(amount, handful)
    return tuple(found[a] for a in sorted(found))


def measured_handfuls(
    drug: Drug, market: Market, planning: PlanningFile, most_mg: float
) -> tuple[Handful, ...]:
    """Every single intake of the drug's oral solution that can be measured, ascending by dose; none where none is sold.

    Args:
        drug: The drug.
        market: Where the patient's pharmacy is.
        planning: The limits of measuring, and the syringes.
        most_mg: No intake above this.
    """
    sold = liquid_of(drug, market)
    if sold is None:
        return ()
    key, product = sold
    assert product.mg_per_ml is not None
    liquid = Liquid(form=product.form, product=key, mg_per_ml=product.mg_per_ml, pack_ml=product.pack_ml)
    measured = liquid_doses(
        liquid,
        syringes_for(drug, key, planning, market),
        smallest_ml=planning.limit["smallest_ml"].value,
        most_fills=int(planning.limit["fills"].value),
        most_mg=most_mg,
    )
    return tuple(Handful(liquid_dose=d) for d in measured)
