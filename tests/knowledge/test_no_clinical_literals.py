"""No clinical number stands in the code of a room that judges.

The rule. In the rooms below a number may not stand

- in the value of a name of a module or a class (a constant, a table, a default of a field), nor
- in a comparison, nor
- on a side of a sum, difference, product, quotient or power,

unless it is one of the few that are no choice (``PLAIN``), or its place is listed here with what it is. ``NUMERICAL`` lists numbers of a
computation: draws, grids, tolerances, sizes, units, formats, numerals of a formula with its source. Changing one changes how exactly
something is computed, or what can be read, and not what is concluded. ``OWED`` lists numbers that do decide and have not moved to
``knowledge/judgement`` yet; none may be added. A place that is listed and holds no number any more is a fault as well, so that the lists
only say what is so. ``sleep/readers`` are left out: they read formats of files.

In a formula ``NUMERALS`` are passed over as well: halves and small whole numbers of an equation, days of a week and of a year, hours,
minutes and seconds, the ends of the scale, and anything below a ten-thousandth, a tolerance. Any other stands in ``IN_FORMULAS``
with what it is.

What it does not see: a number that is handed to a function, stands in a list or an index, is the default of a parameter, or is a
numeral that decides after all (a rule that counts in weeks and means seven days). Rooms that judge nothing (record, intake, render,
virtual, cohort, the shells) are not looked at.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import lenitive

ROOT = Path(lenitive.__file__).parent
ROOMS = ("evidence", "kinetics", "review", "response", "safety", "sleep", "titration")
LEFT_OUT = ("sleep/readers",)

PLAIN = {-1, 0, 1, 2, 100}
"""No choice: nothing, one, a pair, a sign, percent."""

NUMERICAL = {
    # evidence
    "evidence/asked/models:_WIDEST_TAU": "width of a prior, which the page states",
    "evidence/asked/regression:_FEW": "least trials of a slope, which says so",
    "evidence/bayes:_POINTS": "nodes of a quadrature",
    "evidence/bayes:_REACH": "reach of a quadrature, SDs",
    "evidence/belief:dose_factor": "tolerance",
    "evidence/certainty/appraisal:_weighed": "what rounds to a percent",
    "evidence/certainty/ratings:_LONGEST": "length of a text",
    "evidence/certainty/rules:incoherence": "all areas of three",
    "evidence/distributions:_SUMMED": "terms of a series",
    "evidence/network/binomial:_mode": "tolerance",
    "evidence/network/contrasts:_ROUNDING": "tolerance of printed figures",
    "evidence/network/contrasts:_gap": "tolerance",
    "evidence/network/extensions:_LOG_ED50": "bounds of a search",
    "evidence/network/fit:compare": "least degrees of freedom of a formula",
    "evidence/network/fit:fit_network": "least degrees of freedom of a formula",
    "evidence/pairwise/checks:egger": "least studies of a regression",
    "evidence/pairwise/clustered:multilevel": "least clusters of a variance, which says so",
    "evidence/pairwise/clustered:robust": "least clusters of a variance, which says so",
    "evidence/pairwise/conditional:COMMON_EVENTS": "reach of an approximation, which says so",
    "evidence/pairwise/conditional:_modes": "tolerance",
    "evidence/pairwise/conditional:binomial_normal": "tolerance",
    "evidence/pairwise/conditional:minus_log_likelihood": "tolerance",
    "evidence/pairwise/effects:repeated": "names shown",
    "evidence/pairwise/effects:from_means": "least people of a formula",
    "evidence/pairwise/pool:pool": "least studies of an interval, and a tolerance",
    "evidence/pairwise/unpublished:natural": "parameters of a model",
    "evidence/pairwise/unpublished:selection_model": "least studies of a model, which says so",
    "evidence/pairwise/unpublished:trim_and_fill": "least studies of a model",
    # kinetics
    "kinetics/clock:clock_levels": "hours of a day",
    "kinetics/curve:NG_PER_ML": "unit",
    "kinetics/curve:_BLOCK": "size of a block",
    "kinetics/curve:_EVENTS": "size of a block",
    "kinetics/curve:phi": "tolerance",
    "kinetics/history:_BAND": "quantiles shown",
    "kinetics/levels:_REACH": "reach of a grid, SDs",
    "kinetics/levels:_STEPS": "nodes of a grid",
    "kinetics/shares:_LONGEST_DAYS": "length of an array",
    "kinetics/shares:_REST": "tolerance",
    # response
    "response/answer:may_help": "one half: more likely than not",
    "response/backend:VAGUE_POINTS": "SD of a prior that says nothing",
    "response/backend:_VAGUE_DRAWS": "draws",
    "response/blocks:_LEAST": "least stretches, so that there is a turn",
    "response/blocks:_SHORTEST": "least days of a stretch, so that a tablet on a bad day is none",
    "response/censored:_STEADY": "tolerance",
    "response/censored:_STEP": "damping of an iteration",
    "response/censored:_SWEEPS": "iterations",
    "response/censored:_WIDEST": "bound of a variance",
    "response/censored:_cut": "tail of a normal beyond which a series is used",
    "response/ahead:_NODES": "nodes of a quadrature",
    "response/burden:_CHANCES": "weights of a quadrature",
    "response/burden:_FINE": "steps of a table",
    "response/burden:_MOST": "length of a table",
    "response/burden:_NODES": "nodes of a quadrature",
    "response/course_grid:_FADES": "nodes of a quadrature",
    "response/conflicts:separability": "least rows, and a tolerance",
    "response/conditions:_CONSTANTS": "time constants after which a change is over",
    "response/conditions:_moved": "tolerance",
    "response/courses:HORIZON_DAYS": "length of an array",
    "response/cycle:_TURNS": "least blocks, so that they have a period",
    "response/design:_bounds": "ends of the scale",
    "response/doses:_drug": "tolerance",
    "response/disputes:_TAUGHT": "share below which a variance taken away measures nothing",
    "response/dynamics:_DOUBLINGS": "iterations",
    "response/estimands:_SECONDARY": "draws",
    "response/estimands:coupling": "tolerance",
    "response/fit:_TURNS": "iterations",
    "response/fit:_different": "slots of the model",
    "response/fit:effect": "tolerance",
    "response/grade:__post_init__": "one half: more likely than not",
    "response/climb:_CURVATURE": "start of a search",
    "response/climb:_CURVATURE_DEVICE": "start of a search",
    "response/climb:_CURVATURE_SCORES": "start of a search",
    "response/proposal:_DF": "degrees of freedom of a proposal",
    "response/inference:_ENOUGH": "k-hat at which rounds end",
    "response/proposal:_FINE": "steps of a stratification",
    "response/proposal:_LAPLACE_SHARE": "share of a proposal",
    "response/climb:LIMIT": "iterations",
    "response/inference:_ROUNDS": "iterations",
    "response/climb:_STEP": "step of a difference",
    "response/climb:TOLERANCE": "tolerance",
    "response/climb:_TOTALS": "columns of an array",
    "response/climb:(_TOTAL, _RATIO)": "columns of an array",
    "response/climb:(_TOTAL_SD, _RATIO_SD)": "scale of a search",
    "response/climb:mode": "tolerance",
    "response/likelihood:FAR": "limit of a float",
    "response/likelihood:_filter": "slots of the model",
    "response/likelihood:influence": "slots of the model",
    "response/mixture:_DENOMINATOR": "formula",
    "response/mixture:_NUMERATOR": "formula",
    "response/mixture:_SHAPE": "size of a block",
    "response/mixture:_START": "start of a search",
    "response/mixture:_cdf_and_bell": "formula",
    "response/mixture:quantiles_by_numpy": "tolerance",
    "response/peaks:ONSET": "columns of an array",
    "response/peaks:_APART": "modes that are one",
    "response/peaks:_FAR": "start of a search",
    "response/peaks:_GRID": "start of a search",
    "response/peaks:_KEPT": "share of a posterior that is left out",
    "response/peaks:_MOST": "starts of a search",
    "response/peaks:_SEEN": "start of a search",
    "response/proposal:_LEAST": "share of a proposal",
    "response/proposal:adapted": "tolerance",
    "response/psis:ESTIMATE_LIMIT": "k-hat of Vehtari and others 2024",
    "response/psis:psis": "tolerance",
    "response/readings:MOST_DEVICES": "size of an array",
    "response/result:QUANTILES": "quantiles shown",
    "response/settings:__post_init__": "least draws",
    "response/settings:Settings": "draws and inputs of a fit",
    "response/prospects:_MIDDLE": "a score whose value does not matter",
    "response/prospects:settling_probability": "tolerance",
    "response/settle:_candidates": "tolerance",
    "response/smooth:_DRAWS": "draws",
    "response/smooth:(_Z80, _Z95)": "quantiles shown",
    "response/weight:_NORMAL": "nodes of a quadrature",
    "response/weight:AHEAD_WEEKS": "days shown",
    "response/weight:_DRAWS": "draws",
    "response/weight:_STEP": "days shown",
    # review
    "review/later:_CHANCES": "weights of a quadrature",
    "review/later:_NODES": "nodes of a quadrature",
    "review/paths:path_of_plan": "tolerance",
    "review/apart:_WITHIN_95": "quantile of an interval",
    "review/goal_standing:_LEVEL": "tolerance",
    "review/decision:FIRST": "length of a digest",
    "review/drug_levels:_WEEKS": "days shown",
    "review/goal:LONGEST": "longest text that is parsed",
    "review/entered:_WEEK": "days of a week",
    "review/measured:(_FULL_MIN, _MIN_PER_POINT)": "unit",
    "review/nights:_FULL_H": "unit",
    "review/signature:SHOWN": "digits shown of an id",
    "review/person_check:_LEAST_MG": "a dose that does not matter: that it is taken",
    "review/person_check:_LONG_DAYS": "a length that does not matter: longer than any that is asked about",
    # safety
    "safety/together:_DAY": "a day that does not matter",
    "safety/unsure:_MOST_PAIRS": "pairs named in one line, the rest counted",
    # sleep
    "sleep/actigraphy:_ACTIVE": "a published rule for counts (Sadeh)",
    "sleep/actigraphy:_COLE": "weights of a published rule for counts (Cole-Kripke)",
    "sleep/actigraphy:_MOST": "a published rule for counts: where they are capped",
    "sleep/actigraphy:sadeh": "a published rule for counts: from where on it is sleep",
    "sleep/pairing:_LEAST_MIN": "minutes that a night of two sources must share to be compared",
    "sleep/rhythm:_HOURS": "hours of a day",
    "sleep/validation:_Z": "quantile of an interval",
    "sleep/validation:bland_altman": "nights below which a spread has no interval",
    "sleep/nights:_LATELY": "records back in which a repeat is looked for",
    "sleep/compare:_Z": "quantile of an interval",
    "sleep/hypnogram:Hypnogram": "seconds of an epoch",
    "sleep/regularity:_DAY": "minutes of a day",
    "sleep/regularity:regularity": "days of a week",
    "sleep/session:EPOCH_S": "seconds of an epoch",
    "sleep/stage:Stage": "numerals of the stages",
    "sleep/statistics:_CHUNK": "size of a block",
    # titration
    "titration/ascent:_schedule": "tolerance",
    "titration/ascent:_steps": "tolerance",
    "titration/change:_LONGEST": "days that a form takes for one row",
    "titration/change:_check_way_up": "tolerance",
    "titration/change:_dose": "tolerance",
    "titration/change:changed_stages": "tolerance",
    "titration/day_dose:_TIMES": "times of a day by their number",
    "titration/day_dose:dose_at": "tolerance",
    "titration/descent:descend": "tolerance",
    "titration/ladder:_HALF_COSTS": "order of equal choices",
    "titration/ladder:_LIQUID_COSTS": "order of equal choices",
    "titration/ladder:_SLACK": "tolerance",
    "titration/ladder:_above": "tolerance",
    "titration/planner:step": "tolerance",
    "titration/supply:_AHEAD": "days that a count looks ahead",
}

NUMERALS = {-2, -0.5, 0.5, 3, 4, 5, 6, 7, 10, 12, 24, 60, 365, 1000, 3600}
_TOLERANCE = 1e-4

IN_FORMULAS = {
    "evidence/network/bayes:quantile": "nodes of a search",
    "evidence/network/gls:tau2_of": "step of a search",
    "evidence/pairwise/tau:_root": "step of a search",
    "evidence/pairwise/unpublished:selection_model": "start of a search",
    "kinetics/clock:clock_levels": "doses until a sum is complete: e to the -21 is nothing",
    "kinetics/levels:update": "nodes of a grid",
    "kinetics/steady:steady_state": "doses until a sum is complete: e to the -21 is nothing",
    "response/conflicts:conflicts": "a gain too small to divide by",
    "response/climb:mode": "longest step of a search",
    "response/kernel:_heads": "slots of the model",
    "response/mixture:quantiles_by_numpy": "nodes of a search",
    "response/mixture:_cdf_and_bell": "numerals of an approximation with its source",
    "response/psis:_fit": "numerals of Zhang and Stephens 2009",
    "response/psis:psis": "numerals of Vehtari and others 2024",
    "review/harm_priors:weight_priors": "width of an interval of 95 %, SDs",
    "sleep/compare:_correlation": "variance of Fisher's z for ranks, with its source",
    "sleep/regularity:regularity": "numerals of the sleep regularity index",
    "sleep/actigraphy:cole_kripke": "a published rule for counts",
    "sleep/actigraphy:sadeh": "a published rule for counts",
}

OWED: set[str] = set()


def _numbers(node: ast.AST) -> list[float]:
    return [
        n.value
        for n in ast.walk(node)
        if isinstance(n, ast.Constant) and isinstance(n.value, int | float) and not isinstance(n.value, bool)
    ]


def _in_names(body: list[ast.stmt], module: str, owner: str) -> Iterator[tuple[str, list[float]]]:
    """Numbers in the values of names; those of a class stand under the class."""
    for node in body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            yield f"{module}:{owner or ast.unparse(target)}", _numbers(node.value)
        elif isinstance(node, ast.ClassDef):
            yield from _in_names(node.body, module, node.name)


def _in_comparisons(node: ast.AST, module: str, scope: str) -> Iterator[tuple[str, list[float]]]:
    for child in ast.iter_child_nodes(node):
        inside = child.name if isinstance(child, ast.FunctionDef | ast.ClassDef) else scope
        if isinstance(child, ast.Compare):
            sides = (child.left, *child.comparators)
            yield f"{module}:{inside}", [v for side in sides for v in _limit(side)]
        yield from _in_comparisons(child, module, inside)


def _in_formulas(node: ast.AST, module: str, scope: str) -> Iterator[tuple[str, list[float]]]:
    for child in ast.iter_child_nodes(node):
        inside = child.name if isinstance(child, ast.FunctionDef | ast.ClassDef) else scope
        if isinstance(child, ast.BinOp):
            both = [v for side in (child.left, child.right) for v in _limit(side)]
            yield f"{module}:{inside}", [v for v in both if v not in NUMERALS and abs(v) > _TOLERANCE]
        yield from _in_formulas(child, module, inside)


def _limit(side: ast.AST) -> Iterator[float]:
    """The number that a side of a comparison is; what a call or an index holds is no limit."""
    if isinstance(side, ast.Constant):
        yield from _numbers(side)
    elif isinstance(side, ast.UnaryOp):
        yield from (-v if isinstance(side.op, ast.USub) else v for v in _limit(side.operand))


def _found(source: str, module: str) -> Iterator[tuple[str, list[float]]]:
    tree = ast.parse(source)
    for place, numbers in (*_in_names(tree.body, module, ""), *_in_comparisons(tree, module, "")):
        if kept := [v for v in numbers if v not in PLAIN]:
            yield place, kept


def _sources() -> Iterator[tuple[str, str]]:
    """Each module of a room that judges, with its text."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            module = path.relative_to(ROOT).with_suffix("").as_posix()
            if not module.startswith(LEFT_OUT):
                yield module, path.read_text(encoding="utf-8")


def _all() -> dict[str, list[float]]:
    places: dict[str, list[float]] = {}
    for module, text in _sources():
        for place, numbers in _found(text, module):
            places.setdefault(place, []).extend(numbers)
    return places


def _formulas(source: str, module: str) -> dict[str, list[float]]:
    """Numbers in formulas that are no numeral of one; what stands in the value of a constant is listed as that."""
    places: dict[str, list[float]] = {}
    for place, numbers in _in_formulas(ast.parse(source), module, ""):
        kept = [v for v in numbers if v not in PLAIN]
        if kept and not place.endswith(":"):
            places.setdefault(place, []).extend(kept)
    return places


def test_no_number_decides_in_code_without_being_listed():
    new = {place: numbers for place, numbers in _all().items() if place not in {*NUMERICAL, *OWED}}
    assert new == {}, "move it to knowledge/judgement, or list it as numerical and say what it is"


def test_the_lists_hold_nothing_that_is_gone():
    assert sorted({*NUMERICAL, *OWED} - _all().keys()) == []
    assert not OWED & NUMERICAL.keys()


def test_no_number_decides_in_a_formula_without_being_listed():
    found = {place: n for module, text in _sources() for place, n in _formulas(text, module).items()}
    new = {place: numbers for place, numbers in found.items() if place not in IN_FORMULAS}
    assert new == {}, "move it to knowledge/judgement, or list it and say what it is"
    assert sorted(IN_FORMULAS.keys() - found.keys()) == []


def test_a_number_in_a_formula_is_seen():
    source = "def f(x):\n    return 0.3 * x + 1.2 * x / 7 - 0.5 * x**2 + 1e-9\n"
    assert _formulas(source, "m") == {"m:f": [0.3, 1.2]}


def test_what_is_owed_does_not_grow():
    assert not OWED, "put it into knowledge/judgement instead"


def test_the_rule_sees_what_it_is_for():
    """What stood in code before would be refused: an age, a share, days, a table, a default, a limit in a comparison."""
    source = """
OLDER = 65
_HELPS: float = 0.8
_HARD, _BEARABLE = 1.5, 0.5
_GONE = timedelta(days=28)
_FERTILE = range(12, 56)
_POINTS = {"mild": 0.4}
class Lines:
    sure: float = 0.85
def older(age, p):
    return age >= 65 or p <= -7
"""
    assert [(place.removeprefix("m:"), numbers) for place, numbers in _found(source, "m")] == [
        ("OLDER", [65]),
        ("_HELPS", [0.8]),
        ("(_HARD, _BEARABLE)", [1.5, 0.5]),
        ("_GONE", [28]),
        ("_FERTILE", [12, 56]),
        ("_POINTS", [0.4]),
        ("Lines", [0.85]),
        ("older", [65]),
        ("older", [-7]),
    ]
    assert list(_found("EMPTY = ()\nONE = 1\ndef f(x):\n    return x > 0 and x < 100\n", "m")) == []
