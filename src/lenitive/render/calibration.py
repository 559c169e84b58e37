"""A calibration worded as a report: what was promised, what came of it, and where the model fails."""

from __future__ import annotations

from collections.abc import Iterable

from lenitive.cohort import (
    DESIGN_NAMES,
    HALF_YEAR_WEEKS,
    LEVELS,
    WEEKS,
    Calibration,
    CalibrationPlan,
    CoverageRow,
    DecisionRow,
    rule_words,
)
from lenitive.render.blocks import (
    Bullets,
    Callout,
    Chart,
    Column,
    Details,
    Paragraph,
    Report,
    Section,
    Table,
)
from lenitive.render.charts.calibration import coverage_chart, decision_chart, ranks_chart
from lenitive.virtual import DESIGNS, WORLDS

__all__ = ["BELIEVED", "calibration_report", "targets"]

BELIEVED = ("exact", "typical", "floor", "bad-days-skipped")
"""The worlds in which coverage is promised."""
_WORLD = {
    "exact": "decimals",
    "typical": "whole numbers",
    "floor": "floor (mean pain 2)",
    "bad-days-skipped": "bad days skipped",
    "double-placebo": "placebo and flare doubled",
    "heavy-tails": "heavy tails",
    "late-onset": "late, S-shaped onset",
    "wandering": "level wanders",
    "few-responders": "one in three responds",
    "hidden-gaps": "missed doses not recorded",
    "nobody-fooled": "nobody is fooled",
}
_OUTCOME = {"sleep_disturbance": "sleep disturbance", "pain": "pain", "fatigue": "fatigue"}


def _share(value: float | None, error: float | None = None) -> str:
    if value is None:
        return "–"
    text = f"{100 * value:.1f} %"
    return text if error is None else f"{text} (±{200 * error:.1f})"


def targets(found: Calibration) -> tuple[tuple[str, str, str, bool], ...]:
    """What was promised, the limit, what was measured, and whether it was met."""
    rows: list[tuple[str, str, str, bool]] = []
    for world in BELIEVED:
        some = [r for r in found.coverage if r.world == world]
        if not some:
            continue
        worst, level, row = max(
            ((abs(r.covers[level] - level), level, r) for r in some for level in LEVELS),
            key=lambda t: t[0],
        )
        rows.append(
            (
                f"coverage, {_WORLD[world]}, {row.n} patients",
                "within 3 points at 50, 80 and 95 %",
                f"worst: {_share(row.covers[level])} at {level:.0%} ({_OUTCOME[row.outcome]})",
                worst <= 0.03,
            )
        )
    rows.append(
        ("importance sampling", "k-hat at most 0.7 in 99 %", _share(found.k_good), found.k_good >= 0.99)
    )
    for said in _delivered(found.decisions, "typical", 8):
        rows.append(
            (
                "verdict at week 8, where it speaks",
                "right in 90 %",
                _share(said.right, said.right_error) + f", of {_share(said.speaks)} of patients",
                said.right is not None and said.right >= 0.9,
            )
        )
        rows.append(
            (
                "false “works” at week 8",
                "at most 10 % of those not helped",
                _share(said.false_works, said.false_works_error),
                said.false_works <= 0.1,
            )
        )
    return tuple(rows)


def _delivered(rows: Iterable[DecisionRow], world: str, week: int) -> list[DecisionRow]:
    return [
        r for r in rows if r.world == world and r.week == week and r.rule == "delivered" and r.design == "all"
    ]


def calibration_report(found: Calibration, plan: CalibrationPlan, *, version: str, code: str) -> Report:
    """The report.

    Args:
        found: The numbers.
        plan: What was done.
        version: The program's version.
        code: Digest of the code that made the numbers.
    """
    return Report(
        title="Is it right when it says that it is sure?",
        subtitle=(
            "Calibration of the response model and its verdicts on simulated patients with known truth. "
            f"Seed {plan.seed}."
        ),
        banner="All patients on this page are simulated. No real patient's result is shown.",
        sections=(
            _promises(found),
            _coverage(found),
            _ranks(found),
            _decisions(found),
            _elsewhere(found),
            _harms(found),
            _method(plan),
        ),
        footer=f"Lenitive {version}, code {code}, seed {plan.seed}. The same code and seed give this page again: "
        "lenitive calibrate",
    )


def _promises(found: Calibration) -> Section:
    rows = targets(found)
    missed = [r for r in rows if not r[3]]
    return Section(
        id="targets",
        title="What was promised, and what came of it",
        blocks=(
            Callout(
                title=f"{len(rows) - len(missed)} of {len(rows)} targets met"
                if missed
                else f"All {len(rows)} targets met",
                tone="unsure" if missed else "good",
                items=tuple(
                    Paragraph(lead=f"Missed: {what}.", text=measured) for what, _, measured, _ in missed
                ),
            ),
            Table(
                caption="Targets. ± is twice the Monte Carlo error.",
                columns=(
                    Column(head="What"),
                    Column(head="Target"),
                    Column(head="Measured"),
                    Column(head="Met"),
                ),
                rows=tuple(
                    (what, goal, measured, "yes" if met else "no") for what, goal, measured, met in rows
                ),
            ),
        ),
    )


def _coverage_rows(rows: Iterable[CoverageRow]) -> list[dict[str, object]]:
    return [
        {
            "world": _WORLD[r.world],
            "outcome": _OUTCOME[r.outcome],
            "level": level,
            "covers": r.covers[level],
            "error": r.error[level],
        }
        for r in rows
        for level in LEVELS
    ]


def _coverage_table(rows: Iterable[CoverageRow], caption: str) -> Table:
    return Table(
        caption=caption,
        columns=(
            Column(head="World"),
            Column(head="Effect on"),
            Column(head="n", number=True),
            *(Column(head=f"{level:.0%}", number=True) for level in LEVELS),
            Column(head="Bias", number=True),
            Column(head="RMSE", number=True),
            Column(head="k-hat ≤ 0.7", number=True),
        ),
        rows=tuple(
            (
                _WORLD[r.world],
                _OUTCOME[r.outcome],
                str(r.n),
                *(_share(r.covers[level]) for level in LEVELS),
                f"{r.bias:+.2f}".replace("-", "\N{MINUS SIGN}"),
                f"{r.rmse:.2f}",
                _share(r.k_good),
            )
            for r in rows
        ),
    )


def _coverage(found: Calibration) -> Section:
    rows = [r for r in found.coverage if r.world in BELIEVED]
    data = _coverage_rows(rows)
    return Section(
        id="coverage",
        title="Coverage where the model's beliefs hold",
        blocks=(
            Chart(
                wide=coverage_chart(data, levels=LEVELS, narrow=False),
                narrow=coverage_chart(data, levels=LEVELS, narrow=True),
                alt="Share of 50, 80 and 95 % intervals that hold the true effect, by world and outcome: "
                + "; ".join(
                    f"{_WORLD[r.world]}, {_OUTCOME[r.outcome]}: "
                    + ", ".join(f"{r.covers[level]:.1%} at {level:.0%}" for level in LEVELS)
                    for r in rows
                ),
                caption="Share of intervals that hold the truth. Dashed: what the interval promises; grey: within three points of it. Whiskers: twice the Monte Carlo "
                "error. Truth: the steady-state effect of the dose judged, twelve weeks after the first dose, four designs "
                "in equal parts.",
            ),
            _coverage_table(rows, "Coverage of the effect; bias and root mean square error in points."),
        ),
    )


def _ranks(found: Calibration) -> Section:
    effects = [(_OUTCOME[r.what], r.counts) for r in found.ranks if r.what in _OUTCOME]
    return Section(
        id="ranks",
        title="Simulation-based calibration",
        blocks=(
            Paragraph(
                text="Where in its posterior the truth lies should be uniform over patients: a hump means too wide, "
                "a bowl too narrow, a slope a bias. Grey: where 95 % of uniform counts fall."
            ),
            Chart(
                wide=ranks_chart(effects, narrow=False),
                narrow=ranks_chart(effects, narrow=True),
                alt="Histograms of the place of the true effect in its posterior, for sleep disturbance, pain and fatigue.",
            )
            if effects
            else Paragraph(text="The exact world was not run."),
            Details(
                summary="Tests of uniformity, effects and parameters",
                blocks=(
                    Table(
                        caption="Chi-square test over twenty equal parts. The simulated parameters are drawn a little narrower than "
                        "the model's priors (SDs of levels and noise), so that their ranks need not be uniform; those of the effects must be.",
                        columns=(Column(head="Quantity"), Column(head="p", number=True)),
                        rows=tuple((_OUTCOME.get(r.what, r.what), f"{r.p_value:.3f}") for r in found.ranks),
                    ),
                ),
            ),
        ),
    )


def _decision_table(rows: list[DecisionRow], caption: str) -> Table:
    return Table(
        caption=caption,
        columns=(
            Column(head="Rule"),
            Column(head="Design"),
            Column(head="Answers", number=True),
            Column(head="Right", number=True),
            Column(head="False “works”", number=True),
            Column(head="Found", number=True),
        ),
        rows=tuple(
            (
                rule_words(r.rule),
                "all four" if r.design == "all" else r.design,
                _share(r.speaks),
                _share(r.right, r.right_error if r.right is not None else None),
                _share(r.false_works, r.false_works_error),
                _share(r.found),
            )
            for r in rows
        ),
    )


def _decisions(found: Calibration) -> Section:
    worlds = [w for w in ("typical", "nobody-fooled") if any(r.world == w for r in found.decisions)]
    blocks: list[Paragraph | Chart | Details | Table | Bullets] = [
        Paragraph(
            text="Does the drug ease this patient's pain by a point or more, at the dose she takes? Each rule sees the same "
            "diary on the same day. Right: of its answers. False “works”: told that it works, of those it does not help. "
            "Found: told that it works, of those it helps. Dashed: the targets."
        )
    ]
    for world in worlds:
        for week in (8, 12, HALF_YEAR_WEEKS):
            some = [r for r in found.decisions if r.world == world and r.week == week and r.design == "all"]
            if not some:
                continue
            data = [
                {
                    "rule": rule_words(r.rule),
                    "speaks": r.speaks,
                    "right": r.right,
                    "false_works": r.false_works,
                }
                for r in some
            ]
            blocks.append(
                Chart(
                    wide=decision_chart(data, narrow=False),
                    narrow=decision_chart(data, narrow=True),
                    alt="; ".join(
                        f"{rule_words(r.rule)}: answers {_share(r.speaks)}, right {_share(r.right)}, false works "
                        f"{_share(r.false_works)}"
                        for r in some
                    ),
                    caption=f"{WORLDS[world][0][:1].upper()}{WORLDS[world][0][1:]}; week {week}, four designs together, "
                    f"{some[0].n} patients, of whom the drug helps {_share(some[0].helped)}.",
                )
            )
    for world in worlds:
        for week in (*WEEKS, HALF_YEAR_WEEKS):
            some = [r for r in found.decisions if r.world == world and r.week == week]
            if some:
                blocks.append(
                    Details(
                        summary=f"{_WORLD[world][:1].upper()}{_WORLD[world][1:]}, week {week}: every rule and design",
                        blocks=(
                            _decision_table(
                                some, f"{_WORLD[world]}, week {week}. ± is twice the Monte Carlo error."
                            ),
                        ),
                    )
                )
    if found.reliability:
        blocks.append(
            Table(
                caption="How often the drug helps, by the model's probability that it does: weeks 8 and 12, four designs.",
                columns=(
                    Column(head="Mean probability"),
                    Column(head="Helped", number=True),
                    Column(head="n", number=True),
                ),
                rows=tuple((_share(p), _share(y), str(n)) for p, y, n in found.reliability),
            )
        )
    if found.shares:
        blocks.append(
            Details(
                summary="How much must come from the diary before the verdict speaks",
                blocks=(
                    Table(
                        caption="Verdict on pain by the least share of the prior variance that the diary must take away, without "
                        "the time gate; four designs.",
                        columns=(
                            Column(head="Least share"),
                            Column(head="Week", number=True),
                            Column(head="Answers", number=True),
                            Column(head="Right", number=True),
                            Column(head="False “works”", number=True),
                        ),
                        rows=tuple(
                            (
                                _share(r.least),
                                str(r.week),
                                _share(r.speaks),
                                _share(r.right),
                                _share(r.false_works),
                            )
                            for r in found.shares
                        ),
                    ),
                ),
            )
        )
    return Section(id="decisions", title="Against the rules in use", blocks=tuple(blocks))


def _elsewhere(found: Calibration) -> Section:
    rows = [r for r in found.coverage if r.world not in BELIEVED]
    data = _coverage_rows(rows)
    blocks: list[Paragraph | Chart | Table | Bullets] = [
        Paragraph(
            text="These worlds are wrong on purpose. Where the points leave the grey band the model is overconfident or "
            "biased, and no amount of diary says so by itself: its statement of what it assumes must."
        ),
        Bullets(
            items=tuple(
                Paragraph(lead=f"{_WORLD[w]}.", text=WORLDS[w][0] + ".")
                for w in dict.fromkeys(r.world for r in rows)
            )
        ),
    ]
    if rows:
        blocks += [
            Chart(
                wide=coverage_chart(data, levels=LEVELS, narrow=False),
                narrow=coverage_chart(data, levels=LEVELS, narrow=True),
                alt="Coverage in the worlds that differ from the model: "
                + "; ".join(
                    f"{_WORLD[r.world]}, {_OUTCOME[r.outcome]}: {r.covers[0.95]:.1%} at 95 %" for r in rows
                ),
            ),
            _coverage_table(rows, "Coverage, bias and error where the model is wrong."),
        ]
    return Section(id="elsewhere", title="Where the model is wrong", blocks=tuple(blocks))


def _harms(found: Calibration) -> Section:
    h = found.harms

    def reliability(rows: tuple[tuple[float, float, int], ...], caption: str) -> Table:
        return Table(
            caption=caption,
            columns=(
                Column(head="Forecast"),
                Column(head="Came true", number=True),
                Column(head="n", number=True),
            ),
            rows=tuple((_share(p), _share(y), str(n)) for p, y, n in rows),
        )

    return Section(
        id="harms",
        title="Side effects and weight",
        blocks=(
            Paragraph(
                text=f"Eight weeks after the first dose, of {h.courses} side effects asked about a course was named for "
                f"{_share(h.named)}; {_share(h.right)} of the named courses were right."
            ),
            Table(
                caption="Named course against true course.",
                columns=(Column(head="Named"), Column(head="True"), Column(head="n", number=True)),
                rows=tuple((said.replace("_", " "), truth, str(n)) for said, truth, n in h.table),
            ),
            reliability(h.presence, "Forecast that the side effect is at least mild four weeks on."),
            reliability(h.weights, "Forecast of +5 % of weight within twelve weeks."),
        ),
    )


def _method(plan: CalibrationPlan) -> Section:
    return Section(
        id="method",
        title="How this was done",
        blocks=(
            Bullets(
                items=(
                    Paragraph(
                        lead="Patients.",
                        text="Drawn by lenitive.virtual; each is fixed by the seed, her world, design and index. The model is given the "
                        "typical world's spread of effects as its prior in every world.",
                    ),
                    Paragraph(
                        lead="Designs.",
                        text="; ".join(f"{name}: {DESIGNS[name]}" for name in DESIGN_NAMES) + ".",
                    ),
                    Paragraph(
                        lead="Numbers.",
                        text="Coverage: "
                        + ", ".join(f"{_WORLD[w]} {n}" for w, n in plan.coverage)
                        + ". Decisions, per design: "
                        + ", ".join(f"{_WORLD[w]} {n}" for w, n in plan.decisions)
                        + f", at weeks {', '.join(map(str, plan.weeks))}; {plan.half_year} per design for half a year, with "
                        f"blinded blocks of six weeks. Side effects: {plan.harms}.",
                    ),
                    Paragraph(
                        lead="Verdict as delivered.",
                        text="On pain alone: sure at 85 %, a quarter of the prior variance from the diary, and no "
                        "verdict before six weeks at 30 mg. Week 4 is therefore always silent, and an open titration speaks after week 10.",
                    ),
                )
            ),
        ),
    )
