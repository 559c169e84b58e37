"""A protocol as a page: its limits, its states, its rules as a decision table, and its worked cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lenitive.knowledge import (
    FACTS,
    FactValue,
    Protocol,
    ProtocolCase,
    ProtocolCondition,
    ProtocolTest,
    Range,
)
from lenitive.render.blocks import Column, Paragraph, Report, Section, Table
from lenitive.render.words import and_list, day, drug_name, sources_words
from lenitive.titration import CaseDifference

__all__ = ["condition_words", "difference_words", "protocol_report"]

_FACTS = {
    "ever_taken": "ever taken",
    "taking": "taken now",
    "falling": "on the way down",
    "replaced": "another begun instead",
    "dose_mg": "dose",
    "days_since_start": "days since the start",
    "restarted": "begun again after a long break, just now",
    "days_at_dose": "days at this dose",
    "weeks_therapeutic": "weeks at a therapeutic dose",
    "older": "65 or older",
    "verdict": "verdict",
    "grade": "answer",
    "helps": "helps at all",
    "above_supported": "higher doses are to be weighed",
    "probability_benefit": "probability of benefit",
    "share_from_diary": "share from the diary",
    "sleep_helps": "helps sleep",
    "pain_helps": "helps pain",
    "harm": "worst side effect",
    "harm_fading": "expected to fade",
    "morning_sedation": "sleepy in the morning",
    "weight_change_percent": "weight change",
    "critical_finding": "critical finding",
    "diary_complete": "share of diary days filled in",
    "diagnosis": "fibromyalgia recorded",
    "rebound": "since the step down",
}
_UNITS = {"d": "", "wk": "", "1": "", "%": " %", "mg": " mg"}
_ACTIONS = {
    "no_change": "no change",
    "ask_for_data": "ask for data",
    "step_up": "step up",
    "step_down": "step down",
    "change_time": "another hour of intake",
    "taper": "taper off",
    "smaller_steps": "back, then smaller steps down",
    "switch": "switch",
    "add": "add a medicine",
    "add_non_drug": "add a non-drug strategy",
    "start": "start",
    "stop": "stop now",
    "hold": "hold now",
    "contact": "contact today",
    "test": "a test",
}


def _word(value: str) -> str:
    return value.replace("_", " ")


def _unit(name: str) -> str:
    kind = FACTS[name]
    return _UNITS.get(kind, "") if isinstance(kind, str) else ""


def _test(name: str, test: ProtocolTest) -> str:
    if isinstance(test, bool):
        return f"{_FACTS[name]}: {'yes' if test else 'no'}"
    if isinstance(test, Range):
        unit = _unit(name)
        limits = (("at least", test.ge), ("above", test.gt), ("at most", test.le), ("below", test.lt))
        return f"{_FACTS[name]} {and_list([f'{w} {v:g}{unit}' for w, v in limits if v is not None])}"
    return f"{_FACTS[name]}: {' or '.join(map(_word, test))}"


def condition_words(condition: ProtocolCondition) -> str:
    """A condition in words; all of its parts must hold."""
    return "; ".join(_test(name, test) for name, test in condition.items()) or "always"


def _given(facts: Mapping[str, FactValue]) -> str:
    def one(name: str, value: FactValue) -> str:
        if isinstance(value, bool):
            return f"{_FACTS[name]}: {'yes' if value else 'no'}"
        if isinstance(value, str):
            return f"{_FACTS[name]}: {_word(value)}"
        return f"{_FACTS[name]} {value:g}{_unit(name)}"

    return "; ".join(one(n, v) for n, v in facts.items())


def _steps(actions: Sequence[str]) -> str:
    return ", ".join(_ACTIONS[a] for a in actions)


def _limits(protocol: Protocol) -> Table:
    rows = [
        (
            _word(key),
            f"{row.value:g} {row.unit}",
            row.says,
            row.basis,
            row.grade.value,
            sources_words(row.sources),
        )
        for key, row in protocol.limit.items()
    ]
    heads = ("Limit", "Value", "What it says", "Basis", "Grade", "Source")
    return Table(
        columns=tuple(Column(head=h) for h in heads),
        rows=tuple(rows),
        caption="A limit that is missing stops the whole protocol.",
    )


def _states(protocol: Protocol) -> Table:
    return Table(
        columns=(Column(head="State"), Column(head="Holds when")),
        rows=tuple((s.title, condition_words(s.when)) for s in protocol.state),
        caption="Exactly one holds for any patient; this is checked when the file is read.",
    )


def _rules(protocol: Protocol, state: str) -> Table:
    rows = [
        (
            condition_words(r.when),
            _steps(r.offers),
            r.because,
            f"{r.basis}, grade {r.grade.value}",
            sources_words(r.sources),
            r.id,
        )
        for r in protocol.rule
        if state in r.states
    ]
    heads = ("When", "Consider", "Because", "Basis", "Source", "Rule")
    return Table(
        columns=tuple(Column(head=h) for h in heads),
        rows=tuple(rows),
        caption="Every rule whose conditions all hold adds its steps; no change is always among them, unless a finding is critical.",
    )


def _cases(cases: Sequence[ProtocolCase], state: str) -> Table:
    return Table(
        columns=(Column(head="Case"), Column(head="Known"), Column(head="Consider"), Column(head="Rules")),
        rows=tuple(
            (c.tells, _given(c.given), _steps(c.offers), ", ".join(c.rules) or "none")
            for c in cases
            if c.state == state
        ),
        caption="Worked cases, made up. They are tests too: the protocol must give exactly these.",
    )


def difference_words(difference: CaseDifference) -> str:
    """``steps: taper -> taper, test``."""
    was, now = (", ".join(filter(None, v)) or "none" for v in (difference.expected, difference.found))
    return f"{difference.what}: {was} -> {now}"


def protocol_report(protocol: Protocol, cases: Sequence[ProtocolCase]) -> Report:
    """The page of a protocol."""
    beside = [f"{drug_name(d)} {mg:g} mg" for d, mg in protocol.switch_to.items()]
    added = [f"{drug_name(d)} {mg:g} mg" for d, mg in protocol.add.items()]
    reach = (
        f"Switches go to {and_list(beside) or 'nothing'}; what may be added: {and_list(added) or 'nothing'}; "
        f"strategies without a drug: {and_list(list(protocol.non_drug)) or 'none'}."
    )
    return Report(
        title=protocol.title,
        subtitle=f"Protocol {protocol.id}, read {day(protocol.read)}, to be read again by {day(protocol.review)}. For clinicians.",
        sections=(
            Section(id="limits", title="Limits", blocks=(Paragraph(text=reach), _limits(protocol))),
            Section(id="states", title="States", blocks=(_states(protocol),)),
            *(
                Section(id=s.id, title=s.title, blocks=(_rules(protocol, s.id), _cases(cases, s.id)))
                for s in protocol.state
            ),
        ),
        footer="A rule that asks for an unknown fact is not met. No change is among the steps of every state.",
    )
