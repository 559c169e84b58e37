"""The rows of a plan as a page shows them and as its form sends them back, and how long what is at home lasts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from lenitive.shells.web.actions.planning import PlanAsked, PlanMade, doses_for
from lenitive.titration import DosePlan, RowChange, supply_of

__all__ = ["asked_from", "kept_fields", "plan_rows", "supply_rows"]

_MOST_ROWS = 200
_FIELDS = re.compile(r"(?:kind|drug|to_mg|to_drug|start|mg-\d{1,3}|days-\d{1,3}|home-\d{1,2})")
_LONGEST_FIELD = 60


def kept_fields(given: Mapping[str, str]) -> dict[str, str]:
    """What a form says of a plan, to be sent along when it is signed or printed; nothing else of the form."""
    return {
        name: value
        for name, value in given.items()
        if _FIELDS.fullmatch(name) and value and len(value) <= _LONGEST_FIELD
    }


def _number(text: str) -> float | None:
    return float(text.replace(",", ".")) if re.fullmatch(r"\d{1,5}(?:[.,]\d{1,3})?", text.strip()) else None


def asked_from(option: str, given: Mapping[str, str]) -> PlanAsked:
    """The plan that a form asks for; what makes no sense counts as not said."""
    said = kept_fields(given)
    rows = sorted({int(name.partition("-")[2]) for name in said if name.startswith(("mg-", "days-"))})
    changes = []
    for row in rows[:_MOST_ROWS]:
        days = _number(said.get(f"days-{row}", ""))
        changes.append(
            RowChange(
                row=row, mg=_number(said.get(f"mg-{row}", "")), days=None if days is None else int(days)
            )
        )
    try:
        start = date.fromisoformat(said.get("start", ""))
    except ValueError:
        start = None
    return PlanAsked(
        option=option,
        kind=said.get("kind", ""),
        drug=said.get("drug", ""),
        to_mg=_number(said.get("to_mg", "")),
        to_drug=said.get("to_drug", ""),
        start=start,
        changes=tuple(changes),
    )


def plan_rows(made: PlanMade) -> list[dict[str, object]]:
    """The rows as they are now, each with the doses that it may lead to and how long it lasts."""
    first, plan = made.first, made.plan
    assert isinstance(first, DosePlan)
    wanted = {c.row: c for c in made.asked.changes}
    now = plan if isinstance(plan, DosePlan) else first
    places: dict[str, int] = {}
    found = []
    for row, stage in enumerate(first.stages):
        place = places.setdefault(stage.drug, 0)
        places[stage.drug] += 1
        stands = [s for s in now.stages if s.drug == stage.drug][place]
        days = None if stands.last is None else (stands.last - stands.first).days + 1
        change = wanted.get(row)
        changed = change is not None and (stands.dose, days) != (
            stage.dose,
            None if stage.last is None else (stage.last - stage.first).days + 1,
        )
        found.append(
            {
                "row": row,
                "drug": stage.drug,
                "mg": f"{stands.dose.mg:g}",
                "doses": [f"{mg:g}" for mg in doses_for(made, stage.drug)],
                "first": stands.first,
                "last": stands.last,
                "days": days,
                "changed": changed,
            }
        )
    return found


def supply_rows(plan: DosePlan, given: Mapping[str, str]) -> list[dict[str, object]]:
    """Each product of the plan with what is at home, what is needed, and the last day that it is enough for."""
    units = [(line.drug, line.unit) for line in supply_of(plan, {})]
    at_home = {unit: _number(given.get(f"home-{i}", "")) or 0.0 for i, unit in enumerate(units)}
    return [
        {
            "place": i,
            "drug": line.drug,
            "unit": f"{line.unit.unit_mg:g} mg",
            "form": line.unit.form,
            "home": given.get(f"home-{i}", ""),
            "needed": line.needed,
            "said": bool(given.get(f"home-{i}")),
            "last_day": line.last_day,
            "missing": max(0.0, -line.left_then),
            "left": max(0.0, line.left_then),
        }
        for i, line in enumerate(supply_of(plan, at_home))
    ]
