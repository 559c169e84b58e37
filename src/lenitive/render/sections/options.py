"""What to consider next, for clinicians: several options, always with no change among them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lenitive.render.blocks import Block, Bullets, Callout, Column, Details, Paragraph, Section, Table
from lenitive.render.catalogue import said, sentences
from lenitive.render.products import intake_words
from lenitive.render.references import shipped_references
from lenitive.render.refusal import refusal_words
from lenitive.render.sections.findings import TIER_WORDS, says_words
from lenitive.render.sections.urgent import urgent_blocks
from lenitive.render.words import and_list, day, dose, drug_name, effect_words, percent, points
from lenitive.response import Rebound, ReboundKind
from lenitive.review import Absent, FirstUnderWeights, HoursEarlier, Option, Options, Review
from lenitive.safety import Finding
from lenitive.terms import Message
from lenitive.titration import DosePlan, Falls, LoadClass, Refusal

__all__ = ["option_words", "options_section"]


def option_words(o: Option) -> str:
    """An option in one clause, worded as something to consider."""
    name = drug_name(o.drug)
    amount = f" {dose(o.dose_mg)} a day" if o.dose_mg else ""
    match o.action:
        case "no_change":
            return "no change" if not o.drug or not o.dose_mg else f"no change: {name}{amount}"
        case "ask_for_data":
            return "no change, with a fuller diary"
        case "start":
            return f"starting {name} at{amount}"
        case "step_up":
            return f"raising {name} to{amount}"
        case "step_down":
            return f"lowering {name} to{amount}"
        case "change_time":
            return f"taking {name} earlier in the evening, at the same dose"
        case "taper":
            return f"tapering {name} off"
        case "stop":
            return f"stopping {name} now, and speaking with the patient today"
        case "hold":
            return f"holding {name} from today on, and speaking with the patient today"
        case "contact":
            return "speaking with the patient today"
        case "smaller_steps":
            first = "" if o.first_mg is None else f" at {dose(o.first_mg)} a day until it is calm"
            return f"{name}{first}, then down in smaller steps"
        case "switch":
            return f"switching to {name}{amount}"
        case "add":
            return f"adding {name}{amount}"
        case "add_non_drug":
            return "exercise, stretching, CBT for pain or mindful breathing beside it"
        case "test":
            return "a test: a change of dose, a break, or blinded blocks"


def _worth(o: Option) -> str:
    return "–" if o.expected.worth is None else points(o.expected.worth)


def _benefit(o: Option) -> str:
    e = o.expected
    if e.benefit is None:
        return "–"
    return points(e.benefit) if not e.benefit_sd else f"{points(e.benefit)} ± {e.benefit_sd:.1f}"


def _schedule(o: Option, plan: DosePlan) -> Table:
    """The plan, a row for each stage."""
    rows = []
    for s in plan.stages:
        until = "on" if s.last is None else f"to {day(s.last)}"
        taken = "; ".join(intake_words(i) for i in s.dose.intakes)
        rows.append((f"{day(s.first)} {until}", f"{drug_name(s.drug)} {taken}", f"{s.dose.mg:g}"))
    return Table(
        columns=(Column(head="Days"), Column(head="What is taken"), Column(head="mg a day", number=True)),
        rows=tuple(rows),
        caption=f"Plan for {option_words(o)}",
    )


def _load_and_stops(plan: DosePlan) -> str:
    """How many drugs of each class at most, and the days after which the plan may wait."""
    most = {c: max((x.count for x in plan.load.of(c)), default=0) for c in LoadClass}
    text = (
        f" At most {most[LoadClass.SEDATIVE]} sedating and {most[LoadClass.SEROTONERGIC]} serotonergic drugs on a day"
        f". {said(plan.load.basis)}"
    )
    waits = [day(p.day) for p in plan.stop_points if p.may_hold]
    return f"{text} It may wait after {and_list(waits)}." if waits else text


def _details(o: Option) -> Iterator[Paragraph | Table]:
    """Why, with what it rests on, and the plan."""
    why = sentences(r.message for r in o.because)
    basis = f" {sentences(o.expected.basis)}"
    sources = f" Sources: {shipped_references(o.sources)}." if o.sources else ""
    falls = "" if o.expected.falls is None else f" {_falls(o.expected.falls)}"
    yield Paragraph(lead=_capital(option_words(o)) + ".", text=f"{why}{basis}{falls}{sources}")
    if isinstance(o.plan, DosePlan):
        yield _schedule(o, o.plan)
        yield Paragraph(text=_load_and_stops(o.plan).strip())


def _fall(falls: Falls, size: float) -> str:
    return f"{100 * size:.1f}\N{NO-BREAK SPACE}%" if falls.unit == "1" else dose(size)


def _measure(falls: Falls) -> str:
    return f"{falls.target} occupancy" if falls.target else "dose"


def _falls(falls: Falls) -> str:
    """How the falls of a plan compare with the one that brought withdrawal, and where products end."""
    text = (
        f"Falls: at most {_fall(falls, falls.largest)} of the {_measure(falls)}, against {_fall(falls, falls.former)} of the one "
        "that brought withdrawal."
    )
    if falls.blocked is not None and falls.blocked_size is not None:
        low, next_ = falls.blocked
        text += (
            f" It ends at {dose(low)}: the next fall, to {dose(next_)}, would be {_fall(falls, falls.blocked_size)}, and no "
            "product in this market makes it smaller on this way."
        )
    return text


def _hour(h: float) -> str:
    return f"{int(h):02d}:{round(60 * (h - int(h))):02d}"


def _change(share: float) -> str:
    """``−0.4``: a change of a share, in percentage points."""
    text = f"{100 * abs(share):.1f}"
    return "0.0" if float(text) == 0 else ("−" if share < 0 else "+") + text


def _hours(found: HoursEarlier) -> Details:
    """What each candidate hour does to the level, the target and the cost of sleepiness."""
    targets = list(found.shifts[0].occupancy_waking)
    heads = (
        Column(head="Taken at"),
        Column(head="Level at waking", number=True),
        Column(head="8 in 10", number=True),
        Column(head="Level at bedtime", number=True),
        *(Column(head=f"{t} held at waking", number=True) for t in targets),
        Column(head="Cost less by", number=True),
    )
    rows = tuple(
        (
            _hour(s.intake_h),
            f"{_change(s.waking_ratio - 1)}\N{NO-BREAK SPACE}%",
            f"{_change(s.waking_low - 1)} to {_change(s.waking_high - 1)}\N{NO-BREAK SPACE}%",
            f"{_change(s.bedtime_ratio - 1)}\N{NO-BREAK SPACE}%",
            *(f"{_change(s.occupancy_waking[t])}\N{NO-BREAK SPACE}%" for t in targets),
            f"{s.relief:.2f}",
        )
        for s in found.shifts
    )
    name = drug_name(found.drug)
    return Details(
        summary=f"What an earlier hour of {name} would do",
        blocks=(
            Table(
                columns=heads,
                rows=rows,
                caption=f"{name.capitalize()} against the present {_hour(found.intake_h)}, same dose, at steady state: changes of the level "
                f"at {_hour(found.waking_h)} and {_hour(found.bedtime_h)} and of the share of the target held (percentage points); "
                f"sleepiness costs {found.sleepiness:.2f} points now",
            ),
            Paragraph(
                text="Sleepiness is taken to go with the level at waking, as side effects go with the dose elsewhere in the ranking; by "
                "the target held it would move less. What the hour does to sleep itself is not known, and is left out, not counted as "
                f"nothing. Waking at {_hour(found.waking_h)} is our assumption. Kinetics of grade {found.grade.value}.",
                quiet=True,
            ),
        ),
    )


_SEEN = {
    ReboundKind.NONE: "Nothing seen since the step down.",
    ReboundKind.WITHDRAWAL: "Withdrawal is more likely than relapse.",
    ReboundKind.RELAPSE: "The condition itself is more likely back.",
    ReboundKind.UNCLEAR: "Withdrawal or relapse: not clear.",
}


def _since_step_down(r: Rebound) -> Paragraph:
    chances = "; ".join(
        f"{name} {percent(r.probability[key])}"
        for key, name in (
            ("none", "Neither"),
            ("withdrawal", "withdrawal"),
            ("relapse", "return of the condition"),
        )
        if key in r.probability
    )
    reports = f" New since: {and_list([effect_words(e) for e in r.reports])}." if r.reports else ""
    fall = f"{drug_name(r.drug).capitalize()} went from {dose(r.from_mg)} to {dose(r.to_mg)} a day on {day(r.step)}; {r.why}."
    return Paragraph(lead=_SEEN[r.kind], text=f"{fall}{f' {chances}.' if chances else ''}{reports}")


_NOT_KNOWN = {
    "critical_finding": "whether a finding is critical",
    "days_at_dose": "how long this dose has been taken",
    "days_since_start": "when it was started",
    "diary_complete": "how full the diary is",
    "diagnosis": "whether fibromyalgia is recorded",
    "grade": "what the answer is",
    "helps": "whether it helps at all",
    "above_supported": "whether doses above those that trials support are to be weighed",
    "dose_mg": "at which dose it is taken",
    "ever_taken": "whether it was ever taken",
    "falling": "whether the dose is on the way down",
    "harm": "how hard the side effects are to bear",
    "harm_fading": "whether the side effects will fade",
    "morning_sedation": "whether it makes sleepy in the morning",
    "older": "how old the patient is",
    "pain_helps": "whether it helps pain",
    "probability_benefit": "how likely a benefit is",
    "rebound": "what has happened since a step down",
    "replaced": "whether another medicine was begun instead",
    "restarted": "whether it was begun again after a long break",
    "share_from_diary": "how much of what is known comes from the diary",
    "sleep_helps": "whether it helps sleep",
    "taking": "whether it is taken now",
    "verdict": "whether it works",
    "weeks_therapeutic": "how long it has been taken at a therapeutic dose",
    "weight_change_percent": "how the weight has changed",
}
"""Facts that a protocol asks for, by name, as what is not known."""


def _facts(names: tuple[str, ...]) -> str:
    return and_list([_NOT_KNOWN[name] for name in names])


def _stands(found: Options) -> Paragraph:
    """Where the patient stands, and what may be considered at all."""
    if found.bound:
        return Paragraph(
            lead="A finding comes first.",
            text="Nothing else is offered until it has been dealt with, whatever the medicine does.",
        )
    if not found.proposal.protocol:
        return Paragraph(text=said(Message.of("review.absent.not_asked_about")))
    if found.proposal.state:
        return Paragraph(
            lead=f"{found.proposal.title}.",
            text="Consider one of these; the clinician and the patient decide.",
        )
    return Paragraph(
        text=f"Where the patient stands cannot be told: it is not known {_facts(found.proposal.missing)}. Nothing but no change is offered."
    )


def _ranking(ranked: Sequence[Option]) -> Table:
    return Table(
        columns=(
            Column(head="Consider"),
            Column(head="Benefit", number=True),
            Column(head="Cost", number=True),
            Column(head="Worth", number=True),
        ),
        rows=tuple(
            (
                f"{o.rank}. {option_words(o)}",
                _benefit(o),
                "–" if o.expected.cost is None else f"{o.expected.cost:.1f}",
                _worth(o),
            )
            for o in ranked
        ),
        caption="Points by the patient's weights, mean of the days of the next half year, more is better; – where no comparable figure exists (ranked beside no change)",
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _finding_items(findings: Sequence[Finding]) -> tuple[Paragraph, ...]:
    """What findings say, one line each with its tier and title."""
    return tuple(
        Paragraph(
            lead=f"{TIER_WORDS[f.tier]}. {said(f.title)}.",
            text=" ".join(dict.fromkeys(_sentence(says_words(p)) for p in f.parts)),
        )
        for f in findings
    )


def _sentence(text: str) -> str:
    return text.rstrip(".") + "."


def _brings(o: Option) -> Callout:
    """What an option would bring about: it is not offered without it."""
    return Callout(
        title=f"{o.rank}. {_capital(option_words(o))}: what the safety check says of it",
        tone="unsure",
        items=_finding_items(o.findings),
    )


def _withheld(found: Options, findings: Sequence[Finding]) -> tuple[Callout, ...]:
    """What is withheld, by the findings that withhold it."""
    groups: dict[tuple[str, ...], list[Option]] = {}
    for o in found.options:
        if o.withheld_by:
            every = (*findings, *o.findings)
            titles = [said(f.title) for f in every for p in f.parts if p.rule in o.withheld_by]
            groups.setdefault(tuple(dict.fromkeys(titles)) or o.withheld_by, []).append(o)
    return tuple(
        Callout(
            title=f"Withheld for {and_list(list(titles))}",
            tone="bad",
            text="The safety check stops it; see the findings.",
            items=tuple(Paragraph(text=_capital(option_words(o)) + ".") for o in waiting),
        )
        for titles, waiting in groups.items()
    )


def _first(row: FirstUnderWeights, ranked: Sequence[Option]) -> str:
    """The option that comes first under other weights, in the words that it has in the ranking."""
    return next(option_words(o) for o in ranked if (o.action, o.drug) == (row.first, row.drug))


def options_section(review: Review) -> Section:
    """The options with their numbers, what safety withholds, and how the first changes with the weights."""
    found = review.options
    if isinstance(found, Absent):
        return Section(
            id="options",
            title="What to consider next",
            blocks=(Paragraph(lead="Nothing is proposed.", text=said(found.reason)),),
        )
    ranked = [o for o in found.options if o.rank is not None]
    blocks: list[Block] = [_stands(found)]
    if found.rebound is not None:
        blocks.append(_since_step_down(found.rebound))
    if found.bound:
        blocks += urgent_blocks([(o, _capital(option_words(o))) for o in found.options], review.findings)
    else:
        blocks.append(_ranking(ranked))
        blocks += [_brings(o) for o in ranked if o.findings]
        blocks += _withheld(found, review.findings)
    impossible = [o for o in found.options if isinstance(o.plan, Refusal)]
    if impossible:
        blocks.append(
            Bullets(
                items=tuple(
                    Paragraph(lead=f"Not planned: {option_words(o)}.", text=refusal_words(o.plan))
                    for o in impossible
                    if isinstance(o.plan, Refusal)
                )
            )
        )
    blocks.append(Details(summary="Why, and the plans", blocks=tuple(b for o in ranked for b in _details(o))))
    blocks += [_hours(o.expected.hours) for o in found.options if o.expected.hours is not None]
    if found.sensitivity:
        blocks.append(
            Details(
                summary="Which comes first under other weights",
                blocks=(
                    Table(
                        columns=(
                            Column(head="Weights"),
                            Column(head="First"),
                            Column(head="Worth", number=True),
                        ),
                        rows=tuple(
                            (
                                said(r.weights),
                                _first(r, ranked),
                                "–" if r.worth is None else points(r.worth),
                            )
                            for r in found.sensitivity
                        ),
                        caption="The first option when the weights change",
                    ),
                ),
            )
        )
    if found.proposal.missing and found.proposal.state and not found.bound:
        blocks.append(
            Paragraph(
                text=f"It is not known {_facts(found.proposal.missing)}; that would have mattered.",
                quiet=True,
            )
        )
    return Section(id="options", title="What to consider next", blocks=tuple(blocks))
