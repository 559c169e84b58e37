"""Every plan from every drug and dose to every other: sound, or refused with its reason."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from plan_checks import dispensed_faults, faults, planning, raw

from lenitive.knowledge import load
from lenitive.render.refusal import refusal_words
from lenitive.titration import DayDose, DosePlan, Person, Planner, Refusal

START = date(2026, 3, 1)
AGES = (None, 40, 74)


@pytest.fixture(scope="module")
def knowledge():
    return load()


def told(refusal: Refusal) -> bool:
    return refusal.rule.startswith("titration.plan.") and len(refusal_words(refusal)) > 20


# The least number of doses and of plans that must come out, so that a test of nothing cannot pass.
LEAST = {"us": (185, 16_000), "uk": (110, 5_000)}
MOST_LIQUID = 4
"""Doses of a drug in liquid that are led to all others: spread over its range, the least and the most among them."""


def some_of(doses: tuple[DayDose, ...], every: int = 1) -> list[float]:
    """Every so-many-th dose in tablets, and a few in liquid."""
    counted = [d.mg for d in doses if not d.liquid][::every]
    liquid = [d.mg for d in doses if d.liquid]
    n = min(MOST_LIQUID, len(liquid))
    return counted + [liquid[round(i * (len(liquid) - 1) / max(n - 1, 1))] for i in range(n)]


@pytest.mark.parametrize("market", ["us", "uk"])
def test_every_ordered_pair_of_drugs_and_doses(knowledge, market, capsys):
    planner = Planner(knowledge, market)
    doses = [(drug, mg) for drug in knowledge.drugs for mg in some_of(planner.doses(drug))]
    outcomes: Counter[str] = Counter()
    wrong: list[str] = []
    for old, old_mg in doses:
        for new, new_mg in doses:
            made = planner.switch(old, old_mg, new, new_mg, START)
            if isinstance(made, Refusal):
                outcomes[made.rule] += 1
                if not told(made):
                    wrong.append(f"{made.title}: refused without a reason")
                continue
            outcomes["planned"] += 1
            outcomes["of them with liquid"] += bool(made.measuring)
            wrong += [f"{made.title}: {f}" for f in faults(made, knowledge, from_mg=old_mg)]
            if [s.dose.mg for s in made.stages if s.drug == new][-1] != new_mg:
                wrong.append(f"{made.title}: does not arrive")
    with capsys.disabled():
        print(f"\n{market}: {len(doses)} doses, {len(doses) ** 2} ordered pairs: {dict(outcomes)}")
    assert wrong == [], "\n".join(wrong)
    assert outcomes.pop("of them with liquid") > 500
    assert outcomes.total() == len(doses) ** 2
    assert (len(doses), outcomes["planned"]) >= LEAST[market]


def test_a_drug_without_a_product_in_the_market_is_refused_for_that(knowledge):
    planner = Planner(knowledge, "uk")
    sold = {d for d in knowledge.drugs if planner.doses(d)}
    assert sold == {
        "amitriptyline", "baclofen", "duloxetine", "gabapentin", "mirtazapine", "pregabalin", "tizanidine", "trazodone",
    }  # fmt: skip
    for new in sorted(set(knowledge.drugs) - sold):
        made = planner.switch("mirtazapine", 15, new, 30, START)
        assert isinstance(made, Refusal), made.title
    made = planner.switch("mirtazapine", 15, "milnacipran", 100, START)
    assert isinstance(made, Refusal)
    assert made.rule == "titration.plan.no_product"


@pytest.mark.parametrize("market", ["us", "uk"])
@pytest.mark.parametrize("age", AGES)
def test_every_start_step_and_taper(knowledge, market, age, capsys):
    """Every dose of every drug begun and tapered, at three ages, and led to every other dose of its drug.

    Of the three drugs with more than twenty doses in tablets, every third is led to every third other: each way is an
    optimisation. Of those in liquid four are.
    """
    planner, person = Planner(knowledge, market), Person(age=age)
    older = age is None or age >= 65
    wrong: list[str] = []
    outcomes: Counter[str] = Counter()
    for drug in knowledge.drugs:
        every = planner.doses(drug, person)
        doses = [d.mg for d in every]
        made = [(0.0, planner.start(drug, mg, START, person)) for mg in doses]
        made += [(mg, planner.taper(drug, mg, START, person)) for mg in doses]
        some = some_of(every, 3 if sum(not d.liquid for d in every) > 20 else 1)
        made += [(a, planner.step(drug, a, b, START, person)) for a in some for b in some if a != b]
        for from_mg, one in made:
            if isinstance(one, Refusal):
                outcomes[one.rule] += 1
                assert told(one)
                continue
            outcomes[one.kind.value] += 1
            wrong += [f"{one.title}: {f}" for f in faults(one, knowledge, older=older, from_mg=from_mg)]
            wrong += [f"{one.title}: {f}" for f in dispensed_faults(one, one.last + timedelta(days=9))]
    with capsys.disabled():
        print(f"\n{market}, age {age}: {outcomes.total()} plans and refusals: {dict(outcomes)}")
    assert wrong == [], "\n".join(wrong)
    assert {"start", "taper", "step"} <= set(outcomes)
    assert sum(outcomes[k] for k in ("start", "taper", "step")) > (500 if market == "us" else 5)


def curve(drug: str):
    """Height by the drug's own file: the occupancy its taper row names, or the dose."""
    taper = planning()["taper"].get(drug, {})
    if not taper.get("occupancy"):
        return lambda mg: mg
    row = raw(drug)["occupancy"][taper["occupancy"]]
    return lambda mg: row.get("emax", 1.0) * mg / (mg + row["half"])


@pytest.mark.parametrize("market", ["us", "uk"])
def test_after_every_fall_of_every_drug_the_next_falls_are_smaller_or_it_says_why_not(
    knowledge, market, capsys
):
    """Every dose before with every lower one since, back and staying, to nothing and to it.

    Of a drug with many doses in tablets some dozen, of those in liquid four.
    """
    planner, person = Planner(knowledge, market), Person(age=50, used_days=400)
    wait = planning()["limit"]["hold_after_withdrawal"]["value"]
    wrong: list[str] = []
    outcomes: Counter[str] = Counter()
    asked_in_all = 0
    for drug in knowledge.drugs:
        every = planner.doses(drug, person)
        doses = [d.mg for d in every]
        lines = set()
        if every:
            asked_of = knowledge.drugs[drug]
            lines = {d.mg for d in planner.legs.doses_down(asked_of, person, doses[-1]) if d.liquid}
        height = curve(drug)
        some = sorted(some_of(every, max(1, sum(not d.liquid for d in every) // 12)))
        asked = [
            (a, b, aim, hold)
            for a in some
            for b in (0.0, *some)
            if b < a
            for aim in sorted({0.0, b})
            for hold in (False, True)
        ]
        asked_in_all += len(asked)
        for a, b, aim, hold in asked:
            made = planner.after_withdrawal(drug, a, b, START, person, to_mg=aim, hold=hold)
            first = b if hold else a
            lower = [mg for mg in (aim, *doses) if aim <= mg < first]
            former = height(a) - height(b)
            if isinstance(made, Refusal):
                outcomes[made.rule] += 1
                if not told(made):
                    wrong.append(f"{made.title}: refused without a reason")
                if (
                    made.rule.endswith("no_smaller_fall")
                    and height(first) - height(max(lower)) < former - 1e-6
                ):
                    wrong.append(f"{made.title}: refused though {max(lower):g} mg is a smaller fall")
                continue
            outcomes["planned"] += 1
            outcomes["of them with liquid"] += bool(made.measuring)
            stages = [s for s in made.stages if s.drug == drug]
            ends = [] if stages[-1].last is None else [0.0]
            taken = [s.dose.mg for s in stages] + ends
            if max(height(x) - height(y) for x, y in pairwise(taken)) >= former:
                wrong.append(f"{made.title}: a fall as large as the former")
            if taken[0] != first or stages[0].last is None or (stages[0].last - START).days + 1 < wait:
                wrong.append(f"{made.title}: does not wait first")
            if taken[-1] != aim:
                outcomes["as far as products go"] += 1
                # From liquid no plan goes back to tablets to fall further.
                further = [mg for mg in doses if not stages[-1].dose.liquid or mg in lines]
                below = max(mg for mg in (aim, *further) if mg < taken[-1])
                if height(taken[-1]) - height(below) < former - 1e-6:
                    wrong.append(
                        f"{made.title}: ends at {taken[-1]:g} mg though {below:g} mg is a smaller fall"
                    )
            wrong += [f"{made.title}: {f}" for f in faults(made, knowledge, older=False, from_mg=first)]
            wrong += [f"{made.title}: {f}" for f in dispensed_faults(made, made.last + timedelta(days=9))]
    with capsys.disabled():
        print(f"\n{market}: {asked_in_all} ways down again: {dict(outcomes)}")
    assert wrong == [], "\n".join(wrong)
    assert outcomes["planned"] > (500 if market == "us" else 200)
    assert outcomes["titration.plan.no_smaller_fall"] > 10
    assert outcomes["as far as products go"] > 5


@pytest.mark.parametrize("market", ["us", "uk"])
def test_liquid_is_used_only_where_tablets_do_not_do(knowledge, market, capsys):
    """A start without need of it has none; a taper has it when its largest fall is smaller by the planning file's share."""
    both, counted = Planner(knowledge, market), Planner(knowledge, market, liquid=False)
    person = Person(age=40)
    gain = planning()["limit"]["liquid_gain"]["value"]
    seen: Counter[str] = Counter()
    for drug in knowledge.drugs:
        makes = {d.mg for d in counted.doses(drug, person)}
        assert not any(d.liquid for d in counted.doses(drug, person))
        row = planning()["taper"].get(drug, {})
        half = raw(drug)["occupancy"][row["occupancy"]]["half"] if row.get("occupancy") else None

        def height(mg: float, half: float | None = half) -> float:
            return mg if half is None else mg / (mg + half)

        def largest(plan: DosePlan, from_mg: float) -> float:
            doses = [from_mg, *(s.dose.mg for s in plan.stages), 0.0]
            return max(height(a) - height(b) for a, b in pairwise(doses))

        for dose in both.doses(drug, person):
            assert dose.liquid == (dose.mg not in makes)
            begun, plain = (p.start(drug, dose.mg, START, person) for p in (both, counted))
            if isinstance(begun, DosePlan):
                seen["started"] += 1
                assert bool(begun.measuring) == any(s.dose.mg not in makes for s in begun.stages), begun.title
                assert isinstance(plain, Refusal) == bool(begun.measuring), begun.title
            down, plain = (p.taper(drug, dose.mg, START, person) for p in (both, counted))
            if isinstance(down, DosePlan) and isinstance(plain, DosePlan):
                now, before = largest(down, dose.mg), largest(plain, dose.mg)
                seen["tapered with liquid" if down.measuring else "tapered in tablets"] += 1
                if down.measuring:
                    assert now <= (1 - gain) * before + 1e-9, down.title
                else:
                    assert (down.stages, down.basis, down.grade) == (plain.stages, plain.basis, plain.grade)
    with capsys.disabled():
        print(f"\n{market}: {dict(seen)}")
    assert min(seen.values()) >= 10
    assert len(seen) == 3


def test_dates_and_units_hold_across_month_ends_leap_days_and_clock_changes(knowledge):
    """A plan made of local days is the same plan whenever it begins: only its days move."""
    planner = Planner(knowledge)
    person = Person(age=50, used_days=400)

    def shape(plan: DosePlan, start: date):
        return [
            (s.dose, (s.first - start).days, None if s.last is None else (s.last - start).days)
            for s in plan.stages
        ]

    pairs = [
        (a, planner.doses(a)[-1].mg, b, planner.doses(b)[min(2, len(planner.doses(b)) - 1)].mg)
        for a in knowledge.drugs
        for b in knowledge.drugs
        if a != b and planner.doses(a) and planner.doses(b)
    ]
    # Before a month's end, a leap day, a plain February, both clock changes of Europe and of the US, and New Year.
    starts = [
        date(2026, 1, 31), date(2028, 2, 20), date(2026, 2, 20), date(2026, 3, 25),
        date(2026, 10, 20), date(2026, 3, 6), date(2026, 10, 30), date(2026, 12, 20),
    ]  # fmt: skip
    planned = 0
    for a, x, b, y in pairs:
        first = planner.switch(a, x, b, y, starts[0], person)
        if isinstance(first, Refusal):
            continue
        for start in starts:
            made = planner.switch(a, x, b, y, start, person)
            assert isinstance(made, DosePlan)
            assert shape(made, start) == shape(first, starts[0])
            assert faults(made, knowledge, older=False, from_mg=x) == []
            assert dispensed_faults(made, made.last + timedelta(days=27)) == []
            planned += 1
    assert planned > 200
