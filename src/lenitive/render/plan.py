"""A dose plan on paper: for the clinician, for the patient in large print, and for the pharmacy."""

from __future__ import annotations

import re
from datetime import date, timedelta
from enum import StrEnum

from lenitive.record import IntakeTime
from lenitive.render.blocks import Block, Bullets, Callout, Column, Paragraph, Report, Section, Table
from lenitive.render.words import and_list, day, days_words, drug_name, sources_words
from lenitive.titration import (
    Basis,
    CountedDrug,
    DayDose,
    DosePlan,
    Liquid,
    LiquidSupply,
    Load,
    LoadClass,
    PlanKind,
    Refusal,
    Stage,
    StopPoint,
)

__all__ = ["Sheet", "plan_report", "refusal_words"]


class Sheet(StrEnum):
    """Whom a sheet is for."""

    CLINICIAN = "clinician"
    PATIENT = "patient"
    PHARMACY = "pharmacy"


_BASIS = {
    Basis.PUBLISHED: "A source gives these doses and days.",
    Basis.CONSTRUCTED: "Constructed: sources give the limits or the time; the doses between are ours.",
}


def refusal_words(refusal: Refusal) -> str:
    """Why there is no plan, in one line."""
    sources = f" ({sources_words(refusal.sources)})" if refusal.sources else ""
    return f"No plan: {refusal.reason.rstrip('.')}.{sources} [{refusal.rule}]"


def _unbroken(text: str) -> str:
    """The text with every number and its unit on one line."""
    return re.sub(r"(?<=\d) (?=mg\b|mL\b)", "\u00a0", text)


def _short(one: date) -> str:
    return f"{one:%a} {one.day} {one:%b %Y}"


def _days(first: date, last: date | None) -> str:
    if last is None:
        return f"from {_short(first)} on"
    return _short(first) if last == first else f"{_short(first)} to {_short(last)}"


def _span(days: Stage | Load) -> str:
    return _days(days.first, days.last)


def _schedule(plan: DosePlan) -> Table:
    rows = []
    for stage in plan.stages:
        length = "goes on" if stage.last is None else days_words((stage.last - stage.first).days + 1)
        for i, intake in enumerate(stage.dose.intakes):
            rows.append(
                (
                    _span(stage) if i == 0 else "",
                    drug_name(stage.drug) if i == 0 else "",
                    intake.time,
                    _unbroken(str(intake.handful)),
                    f"{stage.dose.mg:g} mg" if i == 0 else "",
                    length if i == 0 else "",
                )
            )
    heads = ("Days", "Medicine", "When", "What is taken", "A day", "For")
    return Table(
        columns=tuple(Column(head=h) for h in heads),
        rows=tuple(rows),
        caption="What is taken, from day to day",
    )


def _stops(plan: DosePlan) -> tuple[Paragraph, ...]:
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


def _watch(plan: DosePlan) -> Bullets:
    return Bullets(
        items=tuple(
            Paragraph(lead=w.what, text=f"{w.when[:1].upper()}{w.when[1:]}. {w.do}.") for w in plan.watch
        )
    )


def _amount(supply: LiquidSupply, liquid: Liquid) -> str:
    """``57 mL (56.4 mL taken)``."""
    bottles = ""
    if supply.bottles is not None:
        bottles = (
            f"{supply.bottles} {'bottle' if supply.bottles == 1 else 'bottles'} of {liquid.pack_ml:g} mL = "
        )
    taken = "" if supply.taken_ml == supply.ml else f" ({supply.taken_ml:g} mL taken)"
    return f"{bottles}{supply.ml:g} mL{taken}"


def _dispense(plan: DosePlan, through: date) -> tuple[Block, ...]:
    counted = [
        (drug_name(drug), _unbroken(str(piece)), str(n))
        for (drug, piece), n in plan.dispense(through).items()
    ]
    liquids = plan.dispense_liquid(through)
    measured = []
    for (drug, liquid), supply in liquids.items():
        measured.append((drug_name(drug), _unbroken(str(liquid)), _unbroken(_amount(supply, liquid))))
        measured += [
            (
                drug_name(drug),
                _unbroken(str(syringe)),
                _unbroken(f"1, with lines every {syringe.graduation_ml:g} mL"),
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


def _measuring(plan: DosePlan) -> tuple[Section, ...]:
    """How to measure, for the patient; nothing where nothing is liquid."""
    if not plan.measuring:
        return ()
    return (
        Section(
            id="measure",
            title="How to measure the liquid",
            blocks=(Bullets(items=tuple(Paragraph(text=t) for t in plan.measuring)),),
        ),
    )


def _through(plan: DosePlan) -> date:
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


def _load(plan: DosePlan) -> tuple[Block, ...]:
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
        Paragraph(text=f"{plan.load.basis[:1].upper()}{plan.load.basis[1:]}.", quiet=True),
    )


def _volume(dose: DayDose) -> str:
    """`` = 0.5 mL`` behind the mg of a liquid; nothing behind those of tablets."""
    liquid_doses = [i.handful.liquid_dose for i in dose.intakes if i.handful.liquid_dose is not None]
    if not liquid_doses:
        return ""
    times = "" if len(liquid_doses) == 1 else f"{len(liquid_doses)} x "
    return f" = {times}{liquid_doses[0].ml:g} mL"


def _taken_words(plan: DosePlan, point: StopPoint) -> str:
    volumes = {dose.drug: _volume(dose) for dose in plan.on(point.day)}
    taken = [f"{drug_name(d)} {mg:g} mg{volumes[d]}" for d, mg in point.taken]
    return _unbroken(and_list(taken) or "neither")


def _stop_words(point: StopPoint) -> str:
    if point.may_end:
        return "may wait here, or end here"
    return "may wait here, not end here" if point.may_hold else "not a place to wait"


def _stop_points(plan: DosePlan) -> tuple[Block, ...]:
    return (
        Table(
            columns=(
                Column(head="Last day"),
                Column(head="Taken"),
                Column(head="The plan"),
                Column(head="Because"),
            ),
            rows=tuple(
                (_short(p.day), _taken_words(plan, p), _stop_words(p), p.why) for p in plan.stop_points
            ),
            caption="Before each change. To wait: the same doses for longer, then on. To end: these doses go on. The rules are ours.",
        ),
    )


def _clinician(plan: DosePlan) -> tuple[Section, ...]:
    rests: list[Block] = [
        Paragraph(lead="Basis.", text=f"{_BASIS[plan.basis]} Weakest grade: {plan.grade.value}."),
        Bullets(items=tuple(Paragraph(text=r) for r in plan.rests_on)),
        Paragraph(text=f"Sources: {sources_words(plan.sources)}.", quiet=True),
    ]
    return (
        Section(
            id="schedule",
            title="Day by day",
            blocks=(_schedule(plan), *([Bullets(items=_stops(plan))] if _stops(plan) else [])),
        ),
        Section(id="load", title="Sedating and serotonergic drugs", blocks=_load(plan)),
        *(
            [Section(id="stops", title="Where it may wait or end", blocks=_stop_points(plan))]
            if plan.stop_points
            else []
        ),
        Section(id="rests", title="What it rests on", blocks=tuple(rests)),
        Section(id="watch", title="Watch for", blocks=(_watch(plan),)),
        Section(
            id="contacts",
            title="Speak with the patient",
            blocks=(
                Bullets(
                    items=tuple(
                        Paragraph(lead=day(c.day) + ".", text=c.why[:1].upper() + c.why[1:] + ".")
                        for c in plan.contacts
                    )
                ),
            ),
        ),
        Section(
            id="badly",
            title="If it goes badly",
            blocks=(Bullets(items=tuple(Paragraph(text=t) for t in plan.going_badly)),),
        ),
        Section(id="dispense", title="To dispense", blocks=_dispense(plan, _through(plan))),
    )


def _signature() -> Paragraph:
    return Paragraph(
        text="Name and signature of the clinician: ______________________________   Date: ______________"
    )


def _more_time(plan: DosePlan) -> Section | None:
    """Where the patient may stay on a step, in plain words; nothing on it where the plan has no such day."""
    points = [p for p in plan.stop_points if p.may_hold and p.taken]
    if not points:
        return None
    return Section(
        id="time",
        title="If you want more time",
        blocks=(
            Bullets(
                items=(
                    *(
                        Paragraph(
                            lead=f"Step that ends on {day(p.day)} ({_taken_words(plan, p)} a day):",
                            text="you may stay on this step: call your clinic.",
                        )
                        for p in points
                    ),
                    Paragraph(text="On all other days call your clinic before you stay on a step."),
                )
            ),
        ),
    )


def _look_out(plan: DosePlan) -> Bullets:
    """The watch-list without any change of dose, which is for the clinic to say, and without notes on its sources."""
    return Bullets(
        items=tuple(
            Paragraph(
                lead=f"{w.what.rstrip('.').partition('. ')[0]}.",
                text=f"{w.when[:1].upper()}{w.when[1:]}. {'Get help at once' if 'help at once' in w.do else 'Call your clinic'}.",
            )
            for w in plan.watch
        )
    )


def _patient(plan: DosePlan) -> tuple[Section, ...]:
    blocks: list[Block] = [
        Callout(
            title="Follow this sheet only if your clinician has signed it.",
            tone="note",
            items=(_signature(),),
        ),
    ]
    alike = [(x.first, x.last) for x in plan.load.of(LoadClass.SEDATIVE)]
    for first, last in alike:
        if last is None and not plan.on(first):
            continue
        span = f"From {day(first)} on" if last is None else f"{day(first)} to {day(last)}"
        items = tuple(
            Paragraph(
                lead=f"{intake.time.capitalize()}:", text=_unbroken(f"{drug_name(drug)}, {intake.handful}")
            )
            for drug, intake in sorted(
                ((dose.drug, intake) for dose in plan.on(first) for intake in dose.intakes),
                key=lambda taken: (IntakeTime(taken[1].time).clock, taken[0]),
            )
        )
        blocks.append(Paragraph(lead=day(first) if first == last else span, text=""))
        blocks.append(Bullets(items=items or (Paragraph(text="None of these medicines."),)))
    if _stops(plan):
        blocks.append(Bullets(items=_stops(plan)))
    more_time = _more_time(plan)
    return (
        Section(id="take", title="What to take", blocks=tuple(blocks)),
        *_measuring(plan),
        *([more_time] if more_time else []),
        Section(id="look", title="Look out for", blocks=(_look_out(plan),)),
        Section(
            id="call",
            title="Your clinic",
            blocks=(
                Bullets(
                    items=(
                        *(
                            Paragraph(lead=day(c.day) + ":", text="you and your clinic speak.")
                            for c in plan.contacts
                        ),
                        Paragraph(text="If it is hard to bear, call your clinic before you change anything."),
                        Paragraph(text=plan.going_badly[-1]),
                        Paragraph(lead="Phone:", text="______________________________"),
                    )
                ),
            ),
        ),
    )


def _pharmacy(plan: DosePlan) -> tuple[Section, ...]:
    return (
        Section(id="dispense", title="To dispense", blocks=(*_dispense(plan, _through(plan)), _signature())),
        Section(
            id="schedule",
            title="Schedule",
            blocks=(_schedule(plan), *([Bullets(items=_stops(plan))] if _stops(plan) else [])),
        ),
    )


_SHEETS = {Sheet.CLINICIAN: _clinician, Sheet.PATIENT: _patient, Sheet.PHARMACY: _pharmacy}
_TITLES = {
    PlanKind.START: "Starting {new}",
    PlanKind.STEP: "Changing the dose of {new}",
    PlanKind.TAPER: "Coming off {old}",
    PlanKind.SWITCH: "From {old} to {new}",
    PlanKind.ADD: "Adding {new}",
}


def plan_report(plan: DosePlan, sheet: Sheet, *, version: str, knowledge: str) -> Report:
    """The sheet as a report."""
    new = and_list([drug_name(d) for d in plan.drugs if d not in plan.stops]) or and_list(
        [drug_name(d) for d in plan.drugs]
    )
    old = and_list([drug_name(d) for d in plan.stops])
    title = _TITLES[plan.kind].format(new=new, old=old) if sheet is Sheet.PATIENT else f"Plan: {plan.title}"
    whom = {
        Sheet.CLINICIAN: "For clinicians. Consider; not an order.",
        Sheet.PATIENT: "For you, signed by your clinician.",
        Sheet.PHARMACY: "For the pharmacy.",
    }
    return Report(
        title=title,
        subtitle=f"{whom[sheet]} Begins {day(plan.start)}; products of the market {plan.market.upper()}.",
        sections=_SHEETS[sheet](plan),
        footer=f"Lenitive {version}, knowledge {knowledge}. {_BASIS[plan.basis]} Findings of the safety check stand in the review.",
    )
