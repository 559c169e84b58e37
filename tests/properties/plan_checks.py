"""What must be true of every dose plan, checked against the files as they lie and not by the planner's own code."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from datetime import date, timedelta
from functools import cache
from itertools import pairwise

from lenitive.knowledge import Knowledge
from lenitive.knowledge.load import FOLDER
from lenitive.render.products import handful_words
from lenitive.titration import DayDose, DosePlan, Handful, LiquidDose, PlanKind, PlanStage

AFTERWARDS = 21
"""Days that a stage without an end is followed."""


@cache
def raw(drug: str) -> dict:
    return tomllib.loads((FOLDER / "drugs" / f"{drug}.toml").read_text(encoding="utf-8"))


@cache
def planning() -> dict:
    return tomllib.loads((FOLDER / "planning" / "stopping.toml").read_text(encoding="utf-8"))


def whole(a: float, b: float) -> bool:
    """Whether a is a whole multiple of b."""
    return abs(a / b - round(a / b)) < 1e-6


@cache
def maximum(drug: str, older: bool) -> float:
    """The default row's maximum, and no more than an older person's where one may be meant; 0 where no limit is published."""
    rows = raw(drug)["dosing"].values()
    given = [next(r for r in rows if r.get("default")).get("max_mg", 0.0)]
    if older:
        given += [
            r["max_mg"]
            for r in rows
            if r.get("population") == "older" and "max_mg" in r and r["grade"] in "ABC"
        ]
    return min(given)


def syringes_of(drug: str, product: str, market: str) -> list[tuple[float, float]]:
    """What a solution is measured with, as capacity and line: what comes with it, or what any pharmacy has."""
    own = raw(drug).get("measure", {}).get(product)
    usual = [
        (s["capacity_ml"], s["graduation_ml"])
        for s in planning()["syringe"].values()
        if s["market"] in {market, "any"}
    ]
    return [(own["capacity_ml"], own["value"])] if own else usual


def solution(drug: str, market: str) -> str | None:
    """The first solution of the market in the file, which is the one that is planned."""
    products = raw(drug)["product"].items()
    return next(
        (k for k, p in products if p["form"] == "oral_solution" and p["market"] in {market, "any"}), None
    )


def measurable(dose: DayDose, market: str) -> bool:
    """Whether a dose could be had in liquid: at each intake a line of the smallest syringe that holds it."""
    sold = solution(dose.drug, market)
    if sold is None:
        return False
    ml = dose.mg / len(dose.intakes) / raw(dose.drug)["product"][sold]["mg_per_ml"]
    syringes = sorted(syringes_of(dose.drug, sold, market))
    _, line = next((s for s in syringes if s[0] >= ml - 1e-9), syringes[-1])
    return ml >= planning()["limit"]["smallest_ml"]["value"] - 1e-9 and whole(ml, line)


@cache
def faults_of_liquid_dose(liquid_dose: LiquidDose, drug: str, market: str) -> tuple[str, ...]:
    """Whether a volume can be measured: lines, fills, syringe, strength and product, by the files."""
    limit = {key: row["value"] for key, row in planning()["limit"].items()}
    sold = solution(drug, market)
    own = raw(drug).get("measure", {}).get(liquid_dose.liquid.product)
    syringes = syringes_of(drug, liquid_dose.liquid.product, market)
    capacity, line = liquid_dose.syringe.capacity_ml, liquid_dose.syringe.graduation_ml
    found = []
    if sold is None or sold != liquid_dose.liquid.product or liquid_dose.form != "oral_solution":
        found.append(f"{liquid_dose} of {drug} is not sold in {market}")
    elif liquid_dose.liquid.mg_per_ml != raw(drug)["product"][sold]["mg_per_ml"]:
        found.append(f"{liquid_dose} of {drug} has another strength")
    if (capacity, line) not in syringes or liquid_dose.syringe.supplied != bool(own):
        found.append(f"{liquid_dose.syringe} does not exist in {market}")
    if any(c + 1e-9 >= liquid_dose.ml for c, _ in syringes if c < capacity):
        found.append(f"{liquid_dose}: a smaller syringe holds it")
    for ml in liquid_dose.fills_ml:
        if not whole(ml, line) or not limit["smallest_ml"] - 1e-9 <= ml <= capacity + 1e-9:
            found.append(f"{liquid_dose}: {ml} mL is not on a line")
    if not 1 <= len(liquid_dose.fills_ml) <= limit["fills"] or any(
        ml != capacity for ml in liquid_dose.fills_ml[:-1]
    ):
        found.append(f"{liquid_dose}: filled otherwise than allowed")
    if abs(sum(liquid_dose.fills_ml) * liquid_dose.liquid.mg_per_ml - liquid_dose.mg) > 1e-6:
        found.append(f"{liquid_dose}: the dose is not the volume times the strength")
    words = handful_words(Handful(liquid_dose=liquid_dose))
    if (
        f"{liquid_dose.ml:g} mL" not in words
        or f"({liquid_dose.mg:g} mg)" not in words
        or "mg/mL" not in words
    ):
        found.append(f"{liquid_dose}: mg, mL and strength are not all said")
    return tuple(found)


@cache
def faults_of_handful(handful: Handful, drug: str, market: str) -> tuple[str, ...]:
    if handful.liquid_dose is not None:
        return faults_of_liquid_dose(handful.liquid_dose, drug, market)
    found = []
    if len({piece.form for piece, _ in handful.pieces}) != 1:
        found.append(f"{handful} of {drug} mixes forms")
    for piece, n in handful.pieces:
        product = raw(drug)["product"].get(piece.product)
        if product is None or product["market"] not in {market, "any"}:
            found.append(f"{piece} of {drug} is not sold in {market}")
        elif piece.unit_mg not in product["strengths_mg"] or piece.form != product["form"]:
            found.append(f"{piece} of {drug} does not exist")
        elif piece.mg != piece.unit_mg:
            scored = product.get("halves") is True and product.get("scored") is True
            if piece.mg * 2 != piece.unit_mg or not scored or product["form"] != "tablet":
                found.append(f"{piece} of {drug} may not be divided so")
        if n < 1:
            found.append(f"{n} of {piece}")
    return tuple(found)


@cache
def faults_of_dose(dose: DayDose, market: str) -> tuple[str, ...]:
    found = [f for i in dose.intakes for f in faults_of_handful(i.handful, dose.drug, market)]
    if len({i.time for i in dose.intakes}) != len(dose.intakes) or not dose.intakes:
        found.append("two intakes at one time, or none")
    volumes = {None if i.handful.liquid_dose is None else i.handful.liquid_dose.ml for i in dose.intakes}
    if volumes != {None} and len(volumes) > 1:
        found.append(f"{dose.drug}: two volumes, or liquid and tablets, on one day")
    return tuple(found)


def days_of(stage: PlanStage) -> range:
    last = stage.first + timedelta(days=AFTERWARDS) if stage.last is None else stage.last
    return range(stage.first.toordinal(), last.toordinal() + 1)


@cache
def forbidden(knowledge: Knowledge, a: str, b: str) -> bool:
    """Whether a row that may decide says that the two are not to be overlapped."""
    return any(
        row.severity in {"contraindicated", "major"} and row.grade.value in "ABC"
        for row in knowledge.interactions.between(a, b)
    )


@cache
def wait(knowledge: Knowledge, a: str, b: str) -> int:
    return knowledge.interactions.washout_days(a, b) or 0


@cache
def most_days(drug: str) -> int | None:
    """The fewest days of use to which a row of the drug's file limits it; None where none does."""
    return min((r["max_days"] for r in raw(drug)["dosing"].values() if "max_days" in r), default=None)


def ends_by_itself(plan: DosePlan, drug: str, own: dict[int, float], from_mg: float) -> bool:
    """Whether a drug is begun or raised in the plan, and ends because its source covers no more days."""
    if drug not in plan.stops or most_days(drug) is None:
        return False
    if plan.kind is PlanKind.SWITCH:
        return drug in {f.value for f in plan.title.facts if f.name == "to_drug"}
    return plan.kind in {PlanKind.START, PlanKind.ADD} or (
        plan.kind is PlanKind.STEP and own[min(own)] > from_mg
    )


def faults(plan: DosePlan, knowledge: Knowledge, *, older: bool = True, from_mg: float = 0.0) -> list[str]:
    """Everything that is wrong with a plan; empty for a sound one."""
    found: list[str] = []
    taken: dict[str, dict[int, float]] = defaultdict(dict)
    for stage in plan.stages:
        found += faults_of_dose(stage.dose, plan.market)
        if stage.last is not None and stage.last < stage.first:
            found.append("a stage ends before it begins")
        own, mg = taken[stage.drug], stage.dose.mg
        for day in days_of(stage):
            if day in own:
                found.append(f"two doses of {stage.drug} on {date.fromordinal(day)}")
            own[day] = mg
    for drug in taken:
        own_stages = [s for s in plan.stages if s.drug == drug]
        if (
            plan.falls is not None
            and own_stages[-1].last is None
            and not measurable(own_stages[-1].dose, plan.market)
        ):
            # The dose one stays on after smaller falls is had in tablets where liquid does not make it.
            own_stages.pop()
        liquid = [s.dose.liquid for s in own_stages]
        if sum(x != y for x, y in pairwise(liquid)) > 1:
            found.append(f"{drug} goes to and fro between tablets and liquid")
    begun = {drug for drug, own in taken.items() if ends_by_itself(plan, drug, own, from_mg)}
    for drug, own in taken.items():
        days = sorted(own)
        doses = [own[d] for d in days]
        if days[-1] - days[0] + 1 != len(days):
            found.append(f"a day without {drug} in the middle")
        if drug in begun and len(days) > most_days(drug):
            found.append(f"{drug} for {len(days)} days, {most_days(drug)} are covered")
        falls = drug not in begun and (
            drug in plan.stops
            or plan.falls is not None
            or (plan.kind is PlanKind.STEP and doses[0] < from_mg)
        )
        if doses != sorted(doses, reverse=falls):
            found.append(f"{drug} goes up and down")
        if falls and from_mg and doses[0] > from_mg + 1e-9:
            found.append(f"{drug} comes down from above where it was")
        if max(doses) > max(maximum(drug, older), from_mg if falls else 0.0) + 1e-9:
            found.append(f"{drug} above its maximum")
    if min(min(own) for own in taken.values()) != plan.start.toordinal():
        found.append("the plan does not begin on its day")
    for old in set(plan.stops) - begun:
        for new in taken.keys() - (set(plan.stops) - begun):
            together = taken[old].keys() & taken[new].keys()
            if together and forbidden(knowledge, old, new):
                found.append(f"{old} and {new} together on {len(together)} days")
            gap = min(taken[new]) - max(taken[old]) - 1
            needed = wait(knowledge, old, new)
            if needed and gap < needed:
                found.append(f"{gap} days between {old} and {new}, {needed} are needed")
    if plan.free is not None:
        free = range(plan.free[0].toordinal(), plan.free[1].toordinal() + 1)
        if any(day in own for own in taken.values() for day in free):
            found.append("something is taken on a day without")
    return found


def dispensed_faults(plan: DosePlan, through: date) -> list[str]:
    """Whether what is handed out is what is taken.

    Left over is at most one half of each product and strength, and of a liquid less than a bottle, or than 1 mL where it is
    not known what a bottle holds.
    """
    eaten: dict[tuple[str, str, float], float] = defaultdict(float)
    drunk: dict[tuple[str, str], float] = defaultdict(float)
    measured: dict[tuple[str, str], set[float]] = defaultdict(set)
    day = plan.start
    while day <= through:
        for dose in plan.on(day):
            for intake in dose.intakes:
                if (liquid_dose := intake.handful.liquid_dose) is not None:
                    drunk[dose.drug, liquid_dose.liquid.product] += sum(liquid_dose.fills_ml)
                    measured[dose.drug, liquid_dose.liquid.product].add(liquid_dose.syringe.capacity_ml)
                for piece, n in intake.handful.pieces:
                    eaten[dose.drug, piece.product, piece.unit_mg] += n * piece.mg
        day += timedelta(days=1)
    given = {(d, p.product, p.unit_mg): n * p.unit_mg for (d, p), n in plan.dispense(through).items()}
    poured = {(d, liquid.product): supply for (d, liquid), supply in plan.dispense_liquid(through).items()}
    if given.keys() != {k for k, mg in eaten.items() if mg} or poured.keys() != drunk.keys():
        return ["other products are dispensed than are taken"]
    found = []
    for key, supply in poured.items():
        unit = raw(key[0])["product"][key[1]].get("pack_ml", 1.0)
        if abs(supply.taken_ml - drunk[key]) > 1e-6 or not -1e-6 <= supply.ml - drunk[key] < unit - 1e-6:
            found.append(f"{key}: {supply.ml:g} mL dispensed for {drunk[key]:g} mL taken")
        if not whole(supply.ml, unit) or {s.capacity_ml for s in supply.syringes} != measured[key]:
            found.append(f"{key}: not whole bottles, or other syringes than are used")
    return found + [
        f"{key}: {given[key]:g} mg dispensed for {mg:g} mg taken"
        for key, mg in eaten.items()
        if mg and not -1e-6 <= given[key] - mg <= key[2] / 2 + 1e-6
    ]
