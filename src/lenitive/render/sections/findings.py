"""Safety findings in words: the loud ones boxed, the rest to open."""

from __future__ import annotations

from lenitive.render.blocks import Block, Bullets, Callout, Details, Paragraph, Section, Tone
from lenitive.render.catalogue import said
from lenitive.render.references import shipped_references
from lenitive.render.words import and_list, day, drug_name, effect_words
from lenitive.safety import Finding, Part, Tier
from lenitive.terms import EFFECTS, MEASURES, Fact, Outcome

__all__ = [
    "TIER_WORDS",
    "clause",
    "fact_words",
    "finding_block",
    "findings_section",
    "missing_words",
    "says_words",
    "size_words",
    "warning_clause",
]

_LONGEST_CLAUSE = 130

_TONES: dict[Tier, Tone] = {Tier.CRITICAL: "bad", Tier.WARNING: "unsure", Tier.INFO: "note"}
TIER_WORDS = {Tier.CRITICAL: "Critical", Tier.WARNING: "Warning", Tier.INFO: "For information"}
"""How a tier is called in front of a finding."""
_UNITS = {"mg/d": "mg a day", "a": "years", "{score}": "", "mm[Hg]": "mm Hg", "10*9/L": "× 10⁹/L"}
_NAMES = {
    "birth_year": "year of birth",
    "egfr_ml_min": "kidney function",
    "hepatic_impairment": "liver function",
    "pregnant": "whether she is pregnant",
    "breastfeeding": "whether she is breastfeeding",
    "age": "age",
    "allergy": "allergy to",
}
_TRUE = {"pregnant": "pregnant", "breastfeeding": "breastfeeding"}
"""How a fact reads that is known to hold."""


def _name(name: str) -> str:
    if name in EFFECTS:
        return effect_words(name)
    if name in MEASURES:
        return MEASURES[name].words
    if name.startswith("condition."):
        return "recorded:"
    base, _, rest = name.partition(".")
    if rest == "started_or_raised":
        return f"{drug_name(base)} started or raised:"
    if rest == "first_day_without":
        return f"{drug_name(base)} ended:"
    return _NAMES.get(name, drug_name(name))


def fact_words(fact: Fact) -> str:
    """``sodium 128 mmol/L on 2 April 2026``; of a side effect its severity before it, ``severe rash on 2 April 2026``."""
    value = (
        f"{fact.value:g}"
        if isinstance(fact.value, int | float) and not isinstance(fact.value, bool)
        else str(fact.value)
    )
    ended = fact.name.endswith(".first_day_without")
    name = _TRUE.get(fact.name) if fact.value is True else None
    name = name or _name(fact.name)
    words = (
        [name] if ended or fact.value is True else [value, name] if fact.name in EFFECTS else [name, value]
    )
    unit = _UNITS.get(fact.unit, fact.unit)
    if unit and not ended:
        words.append(unit)
    if fact.on is not None:
        taken = fact.unit == "mg/d" and "." not in fact.name
        words.append(("since " if taken else "on ") + day(fact.on))
    return " ".join(words)


def _missing(name: str) -> str:
    drug, _, measure = name.partition(".before_and_after.")
    if measure:
        return f"{_missing(measure)} before and after {drug_name(drug)}"
    return _NAMES.get(name, MEASURES[name].words if name in MEASURES else name.replace("_", " "))


def missing_words(names: tuple[str, ...]) -> str:
    """Facts that were missing, as a list in words."""
    return and_list(list(map(_missing, names)))


def says_words(part: Part) -> str:
    """What was found; what rests on a source that carries no decision is said to be unverified."""
    return f"{'Unverified: ' if part.unverified else ''}{said(part.says)}"


def size_words(part: Part) -> str:
    """How large, where known; else empty."""
    return "; ".join(map(said, part.size))


def _sentence(text: str) -> str:
    text = text.rstrip(".")
    return text[:1].upper() + text[1:] + "."


def clause(text: str) -> str:
    """As the end of a sentence, after a colon; an abbreviation keeps its capitals."""
    text = text.rstrip(".")
    return (text if text[1:2].isupper() else text[:1].lower() + text[1:]) + "."


def _drugs(names: tuple[str, ...]) -> str:
    return and_list([drug_name(n) for n in names])


def _about(names: tuple[str, ...]) -> str:
    return f" ({_drugs(names)})" if names else ""


def warning_clause(finding: Finding) -> str:
    """``Mood (mirtazapine): the patient is under 18``: title and drugs, and what its loudest rule says where that is short."""
    title = f"{said(finding.title)}{_about(finding.drugs)}"
    whole = f"{title}: {clause(says_words(finding.parts[0])).rstrip('.')}"
    return whole if len(whole) <= _LONGEST_CLAUSE else title


def part_words(part: Part) -> Paragraph:
    """What one rule found, on which facts, and what to consider. Mechanism, size and sources stand below the boxes."""
    text = []
    if part.facts:
        text.append("Facts: " + "; ".join(map(fact_words, part.facts)) + ".")
    text.append(f"Consider: {clause(said(part.action))}")
    # What asks for a fact has said already that it is not recorded.
    if part.missing and part.outcome is Outcome.MET:
        text.append(f"Not known: {missing_words(part.missing)}.")
    lead = says_words(part).rstrip(".") + "."
    if part.planned and part.withholds:
        lead = "Withholds the proposed step. " + lead
    return Paragraph(lead=lead, text=" ".join(text))


def basis_words(part: Part) -> Paragraph:
    """Why a rule says so: mechanism, size, who set the tier, grade and sources."""
    mechanism = "" if part.mechanism is None else said(part.mechanism)
    words = [_sentence(text) for text in (mechanism, size_words(part)) if text]
    tier = {
        "ours": "the tier is ours",
        "label": "the tier is a label's",
        "guideline": "the tier is a guideline's",
    }
    words.append(f"Grade {part.grade.value}; {tier[part.tier_basis]}. {shipped_references(part.sources)}")
    return Paragraph(lead=_sentence(says_words(part)), text=f"{' '.join(words)} [{part.rule}]", quiet=True)


def finding_block(finding: Finding) -> Callout:
    """A finding as a box; what is only information within it is set below to open."""
    loud = tuple(p for p in finding.parts if p.tier is not Tier.INFO) or finding.parts
    names = f": {_drugs(finding.drugs)}" if finding.drugs else ""
    return Callout(
        title=f"{TIER_WORDS[finding.tier]}. {said(finding.title)}{names}",
        tone=_TONES[finding.tier],
        items=tuple(map(part_words, loud)),
    )


def findings_section(findings: tuple[Finding, ...]) -> Section:
    """The section of a report."""
    loud = [f for f in findings if f.tier is not Tier.INFO]
    blocks: list[Block] = list(map(finding_block, loud))
    if not loud:
        blocks.append(Paragraph(text="No critical finding and no warning for what is taken now."))
    quiet = [
        Paragraph(lead=f"{said(f.title)}{_about(x.drugs)}. {p.lead}", text=p.text)
        for f in findings
        for x in f.parts
        if x.tier is Tier.INFO
        for p in (part_words(x),)
    ]
    if quiet:
        blocks.append(
            Details(
                summary=f"For information ({len(quiet)})",
                blocks=(Bullets(items=tuple(quiet)),),
            )
        )
    parts = tuple(dict.fromkeys(p for f in findings for p in f.parts))
    if parts:
        blocks.append(
            Details(
                summary="Mechanisms, sizes and sources",
                blocks=(Bullets(items=tuple(dict.fromkeys(map(basis_words, parts)))),),
            )
        )
    blocks.append(
        Paragraph(
            text="A check that finds nothing does not say that a combination is safe: rules cover what their sources say, "
            "and the record may lack a drug, a condition or a result.",
            quiet=True,
        )
    )
    return Section(id="findings", title="Safety", blocks=tuple(blocks))
