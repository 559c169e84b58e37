"""A dose plan on paper: for the clinician, for the patient in large print, and for the pharmacy."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from lenitive.frozen import dataclass
from lenitive.knowledge import Knowledge
from lenitive.record import IntakeTime
from lenitive.render.blocks import Block, Bullets, Callout, Column, Details, Paragraph, Report, Section, Table
from lenitive.render.catalogue import Audience, said
from lenitive.render.plan_tables import (
    dispensed,
    endings,
    loads,
    schedule,
    short_day,
    supplied_until,
    taken_words,
    unbroken,
)
from lenitive.render.products import handful_words
from lenitive.render.references import reference_words
from lenitive.render.sections.findings import finding_block
from lenitive.render.words import and_list, day, drug_name
from lenitive.safety import Finding, Tier
from lenitive.terms import Message
from lenitive.titration import Basis, DosePlan, LoadClass, PlanStage, StopPoint

__all__ = ["Sheet", "ask_first", "plan_report"]


class Sheet(StrEnum):
    """Whom a sheet is for."""

    CLINICIAN = "clinician"
    PATIENT = "patient"
    PHARMACY = "pharmacy"


_BASIS = {
    Basis.PUBLISHED: "A source gives these doses and days.",
    Basis.CONSTRUCTED: "Constructed: sources give the limits or the time; the doses between are ours.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _MadeWith:
    """What a sheet needs beside the plan."""

    knowledge: Knowledge
    findings: tuple[Finding, ...]


def _loud(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(f for f in findings if f.tier is not Tier.INFO)


def _findings(findings: tuple[Finding, ...]) -> tuple[Section, ...]:
    """Findings on top of a sheet: the loud ones boxed, the others to open."""
    if not findings:
        return ()
    quiet = tuple(finding_block(f) for f in findings if f.tier is Tier.INFO)
    more: list[Block] = [Details(summary=f"For information ({len(quiet)})", blocks=quiet)] if quiet else []
    blocks = (*map(finding_block, _loud(findings)), *more)
    return (Section(id="findings", title="What the safety check says of this plan", blocks=blocks),)


def _begin_in(plan: DosePlan, findings: tuple[Finding, ...]) -> dict[PlanStage, tuple[str, ...]]:
    """For each stage the titles of the loud findings that begin in it: those on its drug, else those of its days."""
    found: dict[PlanStage, list[str]] = {}
    for finding in _loud(findings):
        for part in finding.parts:
            if part.tier is Tier.INFO:
                continue
            begun = [s for s in plan.stages if s.covers(max(part.from_day, plan.start))]
            own = [s for s in begun if s.drug in part.drugs] or begun
            for stage in own[:1]:
                found.setdefault(stage, []).append(
                    f"{finding.tier.value.capitalize()}: {said(finding.title)}"
                )
    return {stage: tuple(dict.fromkeys(titles)) for stage, titles in found.items()}


def ask_first(findings: Sequence[Finding]) -> tuple[str, str] | None:
    """What the patient reads of findings: to ask before the start, and about which medicines; None where nothing is loud."""
    about = dict.fromkeys(d for f in _loud(findings) for d in f.drugs)
    if not about:
        return None
    names = and_list([drug_name(d) for d in about])
    return (
        "Before you start, talk with your clinic or pharmacist.",
        f"Ask them what to look out for with {names}.",
    )


def _other_medicines(findings: tuple[Finding, ...]) -> tuple[Block, ...]:
    asked = ask_first(findings)
    return () if asked is None else (Callout(title=asked[0], tone="unsure", text=asked[1]),)


def _grounds(messages: tuple[Message, ...]) -> Bullets:
    """What a plan rests on; a row of the knowledge has the drug it is about in front."""
    items = []
    for message in messages:
        about = next((str(f.value) for f in message.facts if message.text and f.name == "drug"), "")
        items.append(Paragraph(lead=f"{drug_name(about).capitalize()}." if about else "", text=said(message)))
    return Bullets(items=tuple(items))


def _patient_words(messages: tuple[Message, ...]) -> tuple[str, ...]:
    """Each once: for a patient several may come to the same."""
    return tuple(dict.fromkeys(said(m, Audience.PATIENT) for m in messages))


def _measuring(plan: DosePlan) -> tuple[Section, ...]:
    """How to measure, for the patient; nothing where nothing is liquid."""
    if not plan.measuring:
        return ()
    return (
        Section(
            id="measure",
            title="How to measure the liquid",
            blocks=(Bullets(items=tuple(Paragraph(text=said(t, Audience.PATIENT)) for t in plan.measuring)),),
        ),
    )


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
                (short_day(p.day), taken_words(plan, p), _stop_words(p), said(p.why))
                for p in plan.stop_points
            ),
            caption="Before each change. To wait: the same doses for longer, then on. To end: these doses go on. The rules are ours.",
        ),
    )


def _clinician(plan: DosePlan, made_with: _MadeWith) -> tuple[Section, ...]:
    rests: list[Block] = [
        Paragraph(lead="Basis.", text=f"{_BASIS[plan.basis]} Weakest grade: {plan.grade.value}."),
        _grounds(plan.rests_on),
        Paragraph(text=f"Sources: {reference_words(plan.sources, made_with.knowledge)}.", quiet=True),
    ]
    return (
        *_findings(made_with.findings),
        Section(
            id="schedule",
            title="Day by day",
            blocks=(
                schedule(plan, _begin_in(plan, made_with.findings)),
                *([Bullets(items=endings(plan))] if endings(plan) else []),
            ),
        ),
        Section(id="load", title="Sedating and serotonergic drugs", blocks=loads(plan)),
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
                    items=tuple(Paragraph(lead=day(c.day) + ".", text=said(c.why)) for c in plan.contacts)
                ),
            ),
        ),
        Section(
            id="badly",
            title="If it goes badly",
            blocks=(Bullets(items=tuple(Paragraph(text=said(t)) for t in plan.going_badly)),),
        ),
        Section(id="dispense", title="To dispense", blocks=dispensed(plan, supplied_until(plan))),
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
                            lead=f"Step that ends on {day(p.day)} ({taken_words(plan, p)} a day):",
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
    """The watch-list in words for patients: no change of dose, which is for the clinic to say."""
    return Bullets(items=tuple(Paragraph(text=said(w.patient, Audience.PATIENT)) for w in plan.watch))


def _watch(plan: DosePlan) -> Bullets:
    return Bullets(
        items=tuple(Paragraph(lead=said(w.what), text=f"{said(w.when)} {said(w.do)}") for w in plan.watch)
    )


def _patient(plan: DosePlan, made_with: _MadeWith) -> tuple[Section, ...]:
    blocks: list[Block] = [
        Callout(
            title="Follow this sheet only if your clinician has signed it.",
            tone="note",
            items=(_signature(),),
        ),
        *_other_medicines(made_with.findings),
    ]
    alike = [(x.first, x.last) for x in plan.load.of(LoadClass.SEDATIVE)]
    for first, last in alike:
        if last is None and not plan.on(first):
            continue
        span = f"From {day(first)} on" if last is None else f"{day(first)} to {day(last)}"
        items = tuple(
            Paragraph(
                lead=f"{intake.time.capitalize()}:",
                text=unbroken(f"{drug_name(drug)}, {handful_words(intake.handful)}"),
            )
            for drug, intake in sorted(
                ((dose.drug, intake) for dose in plan.on(first) for intake in dose.intakes),
                key=lambda taken: (IntakeTime(taken[1].time).clock, taken[0]),
            )
        )
        blocks.append(Paragraph(lead=day(first) if first == last else span, text=""))
        blocks.append(Bullets(items=items or (Paragraph(text="None of these medicines."),)))
    if endings(plan):
        blocks.append(Bullets(items=endings(plan)))
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
                            Paragraph(lead=day(c.day) + ".", text=said(c.why, Audience.PATIENT))
                            for c in plan.contacts
                        ),
                        *(Paragraph(text=t) for t in _patient_words(plan.going_badly)),
                        Paragraph(lead="Phone:", text="______________________________"),
                    )
                ),
            ),
        ),
    )


def _pharmacy(plan: DosePlan, made_with: _MadeWith) -> tuple[Section, ...]:
    return (
        *_findings(made_with.findings),
        Section(
            id="dispense", title="To dispense", blocks=(*dispensed(plan, supplied_until(plan)), _signature())
        ),
        Section(
            id="schedule",
            title="Schedule",
            blocks=(
                schedule(plan, _begin_in(plan, made_with.findings)),
                *([Bullets(items=endings(plan))] if endings(plan) else []),
            ),
        ),
    )


_SHEETS = {Sheet.CLINICIAN: _clinician, Sheet.PATIENT: _patient, Sheet.PHARMACY: _pharmacy}
_WHOM = {
    Sheet.CLINICIAN: "For clinicians. Consider; not an order.",
    Sheet.PATIENT: "For you, signed by your clinician.",
    Sheet.PHARMACY: "For the pharmacy.",
}


def plan_report(
    plan: DosePlan,
    sheet: Sheet,
    *,
    version: str,
    knowledge: Knowledge,
    findings: Sequence[Finding] | None = None,
) -> Report:
    """The sheet as a report.

    Args:
        plan: The plan.
        sheet: Whom it is for.
        version: Of the program that made it.
        knowledge: What it was made from; its sources are named from there.
        findings: What the safety check says of the plan: on top of the sheets of clinicians and pharmacies, and in the row
            of the days on which each begins. The patient's sheet names the medicines they are about and whom to ask. None
            where nothing was checked, which the sheet says.
    """
    title = said(plan.title, Audience.PATIENT) if sheet is Sheet.PATIENT else f"Plan: {said(plan.title)}"
    made_with = _MadeWith(knowledge=knowledge, findings=tuple(findings or ()))
    checked = ""
    if findings is None:
        checked = " The safety check was not made."
    elif not _loud(made_with.findings):
        checked = " The safety check had nothing to warn of in what it was told."
    about = "" if sheet is Sheet.PATIENT else f" {_BASIS[plan.basis]}{checked}"
    return Report(
        title=title,
        subtitle=f"{_WHOM[sheet]} Begins {day(plan.start)}; products of the market {plan.market.upper()}.",
        sections=_SHEETS[sheet](plan, made_with),
        footer=f"Plan {plan.id[:12]}. Lenitive {version}, knowledge {knowledge.version}.{about}",
    )
