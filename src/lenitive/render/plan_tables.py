"""The tables of a dose plan: what is taken, what is handed out, how much it sedates, where it may wait."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from lenitive.render.blocks import Block, Bullets, Column, Paragraph, Table
from lenitive.render.catalogue import said
from lenitive.render.products import handful_words, liquid_words, piece_words, syringe_words
from lenitive.render.words import and_list, day, days_words, drug_name
from lenitive.titration import (
    CountedDrug,
    DayDose,
    DosePlan,
    Liquid,
    LiquidSupply,
    Load,
    LoadClass,
    PlanStage,
    StopPoint,
)

__all__ = [
    "dispensed",
    "endings",
    "loads",
    "schedule",
    "short_day",
    "supplied_until",
    "taken_words",
    "unbroken",
]


def unbroken(text: str) -> str:
    """The text with every number and its unit on one line."""
    return re.sub(r"(?<=\d) (?=mg\b|mL\b)", "\u00a0", text)


def short_day(one: date) -> str:
    """``Sun 1 Mar 2026``."""
    return f"{one:%a} {one.day} {one:%b %Y}"


def _days(first: date, last: date | None) -> str:
    if last is None:
        return f"from {short_day(first)} on"
    return short_day(first) if last == first else f"{short_day(first)} to {short_day(last)}"


def _span(days: PlanStage | Load) -> str:
    return _days(days.first, days.last)


def schedule(plan: DosePlan, findings: Mapping[PlanStage, Sequence[str]]) -> Table:
    """What is taken, one row for each intake of a stage; findings stand in the row of the stage that they begin in."""
    rows = []
    for stage in plan.stages:
        length = "goes on" if stage.last is None else days_words((stage.last - stage.first).days + 1)
        for i, intake in enumerate(stage.dose.intakes):
            rows.append(
                (
                    _span(stage) if i == 0 else "",
                    drug_name(stage.drug) if i == 0 else "",
                    intake.time,
                    unbroken(handful_words(intake.handful)),
                    f"{stage.dose.mg:g} mg" if i == 0 else "",
                    length if i == 0 else "",
                    *([", ".join(findings.get(stage, ())) if i == 0 else ""] if findings else []),
                )
            )
    heads = ("Days", "Medicine", "When", "What is taken", "A day", "For", *(["Findings"] if findings else []))
    return Table(
        columns=tuple(Column(head=h) for h in heads),
        rows=tuple(rows),
        caption="What is taken, from day to day",
    )


def endings(plan: DosePlan) -> tuple[Paragraph, ...]:
    """The last day of each drug that ends, and the days without either."""
    found = []
    for drug in plan.stops:
        ends = [s.last for s in plan.stages if s.drug == drug and s.last is not None]
        if ends:
            found.append(
                Paragraph(
                    lead=f"{drug_name(drug).capitalize()} ends.",
                    text=f"The last is on {day(max(ends))}; none from {day(max(ends) + timedelta(days=1))} on.",
                )
            )
    if plan.free is not None:
        first, last = plan.free
        found.append(
            Paragraph(
                lead="Days without either.",
                text=f"{day(first)} to {day(last)} ({days_words((last - first).days + 1)}): neither medicine.",
            )
        )
    return tuple(found)


def _amount(supply: LiquidSupply, liquid: Liquid) -> str:
    """``57 mL (56.4 mL taken)``."""
    bottles = ""
    if supply.bottles is not None:
        bottles = (
            f"{supply.bottles} {'bottle' if supply.bottles == 1 else 'bottles'} of {liquid.pack_ml:g} mL = "
        )
    taken = "" if supply.taken_ml == supply.ml else f" ({supply.taken_ml:g} mL taken)"
    return f"{bottles}{supply.ml:g} mL{taken}"


def dispensed(plan: DosePlan, through: date) -> tuple[Block, ...]:
    """What is handed out up to a day: units, volumes and syringes."""
    counted = [
        (drug_name(drug), unbroken(piece_words(piece)), str(n))
        for (drug, piece), n in plan.dispense(through).items()
    ]
    liquids = plan.dispense_liquid(through)
    measured = []
    for (drug, liquid), supply in liquids.items():
        measured.append((drug_name(drug), unbroken(liquid_words(liquid)), unbroken(_amount(supply, liquid))))
        measured += [
            (
                drug_name(drug),
                unbroken(syringe_words(syringe)),
                unbroken(f"1, with lines every {syringe.graduation_ml:g} mL"),
            )
            for syringe in supply.syringes
        ]
    table = Table(
        columns=(
            Column(head="Medicine"),
            Column(head="Product"),
            Column(head="Amount" if measured else "Units", number=not measured),
        ),
        rows=(*counted, *measured),
        caption=f"To dispense, {day(plan.start)} to {day(through)}; halves come from the tablets counted here",
    )
    if not measured:
        return (table,)
    notes = [
        "Nothing is added for what is spilt. How long an opened bottle keeps was not read: the label says it.",
        "Write the dose on the label in mg and in mL, mark the line on the syringe, and hand out the same strength each time.",
    ]
    return (table, Bullets(items=tuple(Paragraph(text=n) for n in notes)))


def supplied_until(plan: DosePlan) -> date:
    """Until when to dispense: to the end of what is limited, and four weeks of what goes on."""
    goes_on = [s.first for s in plan.stages if s.last is None]
    return (
        max(plan.last - timedelta(days=1), max(goes_on) + timedelta(days=27))
        if goes_on
        else plan.last - timedelta(days=1)
    )


_LOAD_WORDS = {LoadClass.SEDATIVE: "sedating", LoadClass.SEROTONERGIC: "serotonergic"}


def _counted(one: CountedDrug) -> str:
    if one.mg is None:
        return f"{drug_name(one.drug)} (beside, dose not known)"
    share = (
        ""
        if one.share_of_most is None
        else f" ({100 * one.share_of_most:.0f}\N{NO-BREAK SPACE}% of its most)"
    )
    return f"{drug_name(one.drug)} {one.mg:g} mg{share}"


def _load_cell(load: Load) -> str:
    return f"{load.count}: {and_list([_counted(d) for d in load.drugs])}" if load.drugs else "0"


def _peak_words(plan: DosePlan, of_class: LoadClass) -> Paragraph:
    """The days with most drugs of a class, or that all days have as many."""
    loads = plan.load.of(of_class)
    peaks = [x for x in loads if x.peak]
    lead = f"Most {_LOAD_WORDS[of_class]}."
    if not peaks:
        return Paragraph(lead=lead, text=f"{loads[0].count} on every day.")
    runs: list[tuple[date, date | None]] = []
    for one in peaks:
        joins = runs and runs[-1][1] is not None and runs[-1][1] + timedelta(days=1) == one.first
        runs = [*runs[:-1], (runs[-1][0], one.last)] if joins else [*runs, (one.first, one.last)]
    days = and_list([_days(first, last) for first, last in runs])
    count = peaks[0].count
    return Paragraph(lead=lead, text=f"{count} {'drug' if count == 1 else 'drugs'}, {days}.")


def loads(plan: DosePlan) -> tuple[Block, ...]:
    """How many sedating and serotonergic drugs are taken from day to day, and when most."""
    by_class = {c: plan.load.of(c) for c in LoadClass}
    rows = tuple(
        (_span(sedative), _load_cell(sedative), _load_cell(serotonergic))
        for sedative, serotonergic in zip(*by_class.values(), strict=True)
    )
    return (
        Table(
            columns=(Column(head="Days"), Column(head="Sedating"), Column(head="Serotonergic")),
            rows=rows,
            caption="How many sedating and serotonergic drugs are taken; dose as a share of the most that the dosing row allows",
        ),
        Bullets(items=tuple(_peak_words(plan, c) for c in LoadClass)),
        Paragraph(text=said(plan.load.basis), quiet=True),
    )


def _volume(dose: DayDose) -> str:
    """`` = 0.5 mL`` behind the mg of a liquid; nothing behind those of tablets."""
    liquid_doses = [i.handful.liquid_dose for i in dose.intakes if i.handful.liquid_dose is not None]
    if not liquid_doses:
        return ""
    times = "" if len(liquid_doses) == 1 else f"{len(liquid_doses)} x "
    return f" = {times}{liquid_doses[0].ml:g} mL"


def taken_words(plan: DosePlan, point: StopPoint) -> str:
    """``mirtazapine 7.5 mg = 0.5 mL``: what is taken at a point where the plan may wait."""
    volumes = {dose.drug: _volume(dose) for dose in plan.on(point.day)}
    taken = [f"{drug_name(d)} {mg:g} mg{volumes[d]}" for d, mg in point.taken]
    return unbroken(and_list(taken) or "neither")
