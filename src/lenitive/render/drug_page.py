"""What is known about one drug, worded once: a page for a pharmacist, with grade and place behind every row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lenitive.knowledge import (
    Adverse,
    Dosing,
    Drug,
    FactRow,
    HarmCourse,
    Hepatic,
    Interactions,
    Monitoring,
    Product,
    Renal,
    Substances,
    Topic,
)
from lenitive.render.blocks import Block, Bullets, Callout, Column, Paragraph, Report, Section, Table
from lenitive.render.words import effect_words
from lenitive.terms import EFFECTS, MEASURES

__all__ = ["drug_report", "fact_rows", "grade_words", "topics_report", "value_words"]


_SYSTEMS = {"atc": "ATC", "rxnorm": "RxNorm", "snomed": "SNOMED CT", "unii": "UNII", "cas": "CAS"}
_TIERS = ("contraindicated", "major", "moderate", "minor", "disputed", "note")


def _number(value: float) -> str:
    return f"{value:g}" if abs(value) < 100_000 else f"{value:,.0f}"


def value_words(fact: FactRow) -> str:
    """The fact's value with unit and interval, or nothing when it is words alone."""
    value = fact.value
    unit = "" if fact.unit in {"", "1"} else f" {fact.unit}"
    if value is None:
        return ""
    if isinstance(value, str):
        shown = value
    elif isinstance(value, float):
        shown = _number(value)
    elif isinstance(value, tuple):
        shown = ", ".join(map(_number, value))
    else:
        shown = ", ".join(f"{k.replace('_', ' ')} {_number(v)}" for k, v in value.items())
    if fact.low is not None and fact.high is not None and not isinstance(value, tuple):
        interval = f", {fact.interval}" if fact.interval else ""
        return f"{shown}{unit} ({_number(fact.low)} to {_number(fact.high)}{interval})"
    return shown + unit


def grade_words(fact: FactRow) -> str:
    """``A``; ``D, unverified``."""
    return fact.grade.value if fact.verified else f"{fact.grade.value}, unverified"


def _key(fact: FactRow) -> str:
    """The id without the file: what `knowledge show` takes after the drug."""
    return fact.id.partition(".")[2]


def _market(market: str) -> str:
    return "all" if market == "any" else market.upper()


def _last(fact: FactRow) -> str:
    """The last part of the id, which `knowledge show` takes for interactions and waits."""
    return fact.id.rpartition(".")[2]


def _says(fact: FactRow) -> str:
    return fact.says or _key(fact).rpartition(".")[2].replace("_", " ")


def _table(caption: str, heads: str, rows: Iterable[tuple[str, ...]], numbers: str = "") -> Table:
    columns = tuple(Column(head=h, number=h in numbers.split("|")) for h in heads.split("|"))
    return Table(columns=columns, rows=tuple(rows), caption=caption)


def _mg(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _product(p: Product) -> tuple[str, ...]:
    pack = f", {p.pack_ml:g} mL" if p.pack_ml else ""
    size = f"{p.mg_per_ml:g} mg/mL{pack}" if p.mg_per_ml else ", ".join(map(_mg, p.strengths_mg)) + " mg"
    halves = "yes" if p.halves else "no"
    return (_market(p.market), p.form.replace("_", " "), size, halves, p.says, grade_words(p), _key(p))


def _dosing(d: Dosing) -> tuple[str, ...]:
    who = f"{d.population}, {d.purpose} ({_market(d.market)}, {d.basis})"
    return (
        who,
        _mg(d.start_mg),
        _mg(d.target_mg),
        _mg(d.max_mg),
        "" if d.min_days is None else str(d.min_days),
        d.says,
        grade_words(d),
        _key(d),
    )


def _organ(row: Renal | Hepatic) -> tuple[str, ...]:
    if isinstance(row, Renal):
        lower = f"{row.down_to:g} to " if row.down_to else ""
        who = f"kidney: {lower}below {row.below:g} mL/min"
    else:
        who = f"liver: {', '.join(row.degrees)}"
    return (who, row.action, _mg(row.max_mg), row.says, grade_words(row), _key(row))


def _what(effect: str, fact: FactRow) -> str:
    if effect in EFFECTS:
        return effect_words(effect)
    return MEASURES[effect].words if effect in MEASURES else _says(fact).rstrip(".")


def _adverse(a: Adverse) -> tuple[str, ...]:
    placebo = "not given" if a.placebo_pct is None else f"{a.placebo_pct:g}"
    course = ""
    if a.onset_days is not None and a.resolves_days is not None:
        course = f"from day {a.onset_days:g}, gone after {a.resolves_days:g} days"
    more = a.says if a.effect else ""
    return (
        _what(a.effect, a),
        a.setting,
        f"{a.drug_pct:g}",
        placebo,
        " ".join(x for x in (course, more) if x),
        grade_words(a),
        _key(a),
    )


def _course(c: HarmCourse) -> tuple[str, ...]:
    by = "" if c.settled_by_days is None else f"{c.settled_by_days:g}"
    return (effect_words(c.effect), c.tendency, by, c.says, grade_words(c), _key(c))


def _monitoring(m: Monitoring) -> tuple[str, ...]:
    what = ", ".join(MEASURES[w].words if w in MEASURES else w.replace("_", " ") for w in m.what)
    when = ["baseline"] if m.baseline else []
    if m.weeks:
        when.append("weeks " + ", ".join(map(str, m.weeks)))
    if m.then_every_weeks:
        when.append(f"then every {m.then_every_weeks} weeks")
    if m.after_dose_increase_weeks:
        when.append(f"{m.after_dose_increase_weeks} weeks after a raise")
    who = ", ".join(w.replace("_", " ") for w in m.who)
    return (
        what,
        who,
        "; ".join(when) or "when it applies",
        m.schedule_basis,
        m.says,
        grade_words(m),
        _key(m),
    )


def _plain_rows(facts: Iterable[FactRow]) -> list[tuple[str, ...]]:
    return [(_says(f), value_words(f), grade_words(f), _key(f)) for f in facts]


def _section(id_: str, title: str, *blocks: Block) -> list[Section]:
    """The section, or none when every table in it is empty."""
    kept = tuple(b for b in blocks if not (isinstance(b, Table) and not b.rows))
    return [Section(id=id_, title=title, blocks=kept)] if kept else []


def _interactions(
    drug: Drug, interactions: Interactions, substances: Substances
) -> Iterable[tuple[str, ...]]:
    for row in sorted(interactions.about(drug.id), key=lambda r: _TIERS.index(r.severity)):
        on_first = any(substances.matches(drug.id, side) for side in row.drugs)
        other = row.others if on_first else row.drugs
        names = ", ".join(substances.words(s) for s in other)
        tier = row.severity + ("" if row.severity_basis == "label" else " (ours)")
        yield names, tier, row.effect, row.action, grade_words(row), _last(row)


def _waits(drug: Drug, interactions: Interactions, substances: Substances) -> Iterable[tuple[str, ...]]:
    for wait in interactions.waits_about(drug.id):
        first = ", ".join(substances.words(s) for s in wait.first)
        then = ", ".join(substances.words(s) for s in wait.then)
        days = "not known: ask a specialist" if wait.days is None else str(wait.days)
        yield first, then, days, grade_words(wait), _last(wait)


def drug_report(drug: Drug, interactions: Interactions, substances: Substances, version: str = "") -> Report:
    """The page of one drug; ``version`` is the knowledge's digest, left out of pages that are checked in."""
    brands = [n.name for n in substances.names if n.substance == drug.id and n.how == "brand"]
    codes = [
        Paragraph(
            lead=f"{_SYSTEMS[i.system]}:",
            text=i.code + (f" ({i.of})" if i.of else "") + f", grade {grade_words(i)}",
        )
        for i in drug.identifier.values()
        if i.system != "rxnorm_product"
    ]
    products = [i for i in drug.identifier.values() if i.system == "rxnorm_product"]
    if products:
        listed = "; ".join(f"{i.of} {i.code}" for i in products)
        codes.append(Paragraph(lead="RxNorm products:", text=listed))
    unverified = [f for f in drug.facts() if not f.verified]
    disputed = [f for f in drug.facts() if f.contradictions]
    names: list[Block] = [Paragraph(text=drug.summary)]
    if brands:
        names.append(Paragraph(lead="Brands:", text=", ".join(brands)))
    names.append(Paragraph(lead="Classes:", text=", ".join(substances.words(c) for c in drug.classes)))
    plain = {
        "Benefit": drug.efficacy,
        "Sleep": drug.sleep,
        "Stopping and switching": drug.stopping,
        "Pregnancy and breastfeeding": drug.pregnancy,
        "Older adults": drug.older,
        "Action": drug.pharmacodynamics,
    }
    heads = "Statement|Value|Grade|Fact"
    sections = [
        *_section("what", "What it is", *names, Bullets(items=tuple(codes))),
        *_section(
            "licence",
            "Licences and guidelines",
            _table(
                "",
                "Market|Purpose|Status|Statement|Grade|Fact",
                (
                    (_market(i.market), i.purpose, i.status.replace("_", " "), i.says, grade_words(i), _key(i))
                    for i in drug.indication.values()
                ),
            ),
        ),
        *_section(
            "products",
            "Products",
            _table("", "Market|Form|Strength|Halves|Statement|Grade|Fact", map(_product, drug.product.values())),
        ),
        *_section(
            "doses",
            "Doses",
            _table(
                "mg per day; an empty cell means that the source gives no figure.",
                "For|Start|Usual|Most|Days between changes|Statement|Grade|Fact",
                map(_dosing, drug.dosing.values()),
                "Start|Usual|Most",
            ),
        ),
        *_section(
            "organs",
            "Kidney and liver",
            _table(
                "",
                "In|Action|Most, mg per day|Statement|Grade|Fact",
                [*map(_organ, drug.renal.values()), *map(_organ, drug.hepatic.values())],
            ),
        ),
        *_section(
            "limits",
            "Contraindications",
            _table(
                "",
                "What|Level|Statement|Grade|Fact",
                (
                    (
                        c.target.replace("_", " ") if c.kind == "condition" else substances.words(c.target),
                        c.level + ("" if c.markets == ("any",) else f" ({', '.join(c.markets).upper()})"),
                        c.says,
                        grade_words(c),
                        _key(c),
                    )
                    for c in drug.contraindication.values()
                ),
            ),
        ),
        *_section(
            "warnings",
            "Warnings",
            _table(
                "",
                "Warning|Boxed|Grade|Fact",
                ((w.says, "boxed" if w.boxed else "", grade_words(w), _key(w)) for w in drug.warning.values()),
            ),
        ),
        *_section(
            "adverse",
            "How often, against placebo",
            _table(
                "Percent of people.",
                "Effect|In|Drug|Placebo|Course|Grade|Fact",
                map(_adverse, drug.adverse.values()),
                "Drug|Placebo",
            ),
            _table(
                "What it does with time.",
                "Effect|Tendency|Settled by day|Statement|Grade|Fact",
                map(_course, drug.course.values()),
            ),
        ),
        *_section(
            "monitoring",
            "Monitoring",
            _table(
                "Timing marked ours is our proposal; the reason behind it is sourced.",
                "What|In whom|When|Timing|Why|Grade|Fact",
                map(_monitoring, drug.monitoring.values()),
            ),
        ),
        *_section(
            "interactions",
            "Interactions",
            _table(
                "Tiers marked ours are not the source's.",
                "With|Tier|Effect|Action|Grade|Fact",
                _interactions(drug, interactions, substances),
            ),
            _table("Waits between the last dose of one and the first of the other.",
                   "From|To|Days|Grade|Fact", _waits(drug, interactions, substances), "Days"),
        ),
        *_section("kinetics", "Kinetics", _table("", heads, _plain_rows(drug.kinetics.each()))),
        *_section(
            "receptors",
            "Binding and occupancy",
            _table(
                "nM; several values show the spread between laboratories.",
                "Target|Measure|Species|Values|Geometric mean|Grade|Fact",
                (
                    (
                        a.target,
                        a.measure,
                        a.species,
                        ", ".join(map(_number, a.values_nm)),
                        f"{a.geometric_mean_nm:.3g}",
                        grade_words(a),
                        _key(a),
                    )
                    for a in drug.affinity.values()
                ),
                "Geometric mean",
            ),
            _table(
                "Half occupancy in living people.",
                "Target|Half at|Range|People|Statement|Grade|Fact",
                (
                    (
                        o.target,
                        f"{o.half:g} " + ("mg per day" if o.against == "dose" else "ng/mL"),
                        f"{o.half_low:g} to {o.half_high:g}" if o.half_low and o.half_high else "",
                        "" if o.people is None else str(o.people),
                        o.says,
                        grade_words(o),
                        _key(o),
                    )
                    for o in drug.occupancy.values()
                ),
            ),
        ),
        *(s for title, facts in plain.items() for s in _section(
            title.split()[0].lower(), title, _table("", heads, _plain_rows(facts.values())))),
        *_section(
            "disputed",
            "Where sources disagree",
            Bullets(items=tuple(
                Paragraph(lead=f"{_key(f)}:", text=f"{c.says} Our choice: {c.choice}")
                for f in disputed for c in f.contradictions
            )) if disputed else _table("", "FactRow", ()),
        ),
        *_section(
            "unverified",
            "Unverified and not found",
            Callout(
                title="Shown so that they are not forgotten; no decision rests on them.",
                tone="unsure",
                items=tuple(Paragraph(lead=f"{_key(f)}:", text=_says(f)) for f in unverified),
            ) if unverified else _table("", "FactRow", ()),
        ),
    ]  # fmt: skip
    counted = sum(1 for _ in drug.facts())
    footer = (
        f"{counted} facts{f', knowledge {version}' if version else ''}. Follow one to its source with: lenitive knowledge show {drug.id}.FACT, "
        "or with the last part alone for interactions and waits. "
        "Grades: A official text or trial report, B paper or official database, C secondary page that names its source, "
        "D or U unverified. Decision support for professionals, not a cleared medical device."
    )
    return Report(
        title=drug.name, subtitle="What Lenitive knows, and how far", sections=tuple(sections), footer=footer
    )


def topics_report(topics: Mapping[str, Topic]) -> Report:
    """Facts that belong to no single drug, one section a topic."""
    sections = tuple(
        Section(
            id=id_,
            title=topic.title,
            blocks=(
                _table(
                    "",
                    "Statement|Value|Grade|Fact",
                    ((_says(f), value_words(f), grade_words(f), _last(f)) for f in topic.fact.values()),
                ),
                *(
                    Paragraph(lead=f"{_last(f)}:", text=f"{c.says} Our choice: {c.choice}", quiet=True)
                    for f in topic.fact.values()
                    for c in f.contradictions
                ),
            ),
        )
        for id_, topic in topics.items()
    )
    return Report(
        title="Stopping, relaxers, care",
        subtitle="Facts that belong to no single drug",
        sections=sections,
        footer="Follow one to its source with: lenitive knowledge show FACT.",
    )


def fact_rows(facts: Iterable[FactRow], titles: Mapping[str, str]) -> list[dict[str, Any]]:
    """Facts as plain rows, for JSON and for the flat table."""
    return [
        {
            "id": f.id,
            "says": _says(f),
            "value": f.value,
            "unit": f.unit,
            "low": f.low,
            "high": f.high,
            "interval": f.interval,
            "computed": f.computed,
            "grade": f.grade.value,
            "verified": f.verified,
            "decides": f.decides,
            "check": f.check.value,
            "read": f.read.isoformat(),
            "review": f.review.isoformat() if f.review else None,
            "note": f.note,
            "contradictions": [
                {"says": c.says, "choice": c.choice, "source": [str(s.source) for s in c.source]}
                for c in f.contradictions
            ],
            "source": [
                {"article": s.article, "at": s.at, "kind": titles.get(s.article, "")} for s in f.source
            ],
        }
        for f in facts
    ]
