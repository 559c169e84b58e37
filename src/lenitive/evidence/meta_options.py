"""How a table of trials may be analysed."""

from __future__ import annotations

from typing import TypedDict

__all__ = ["MetaOptions"]


class MetaOptions(TypedDict, total=False):
    """How a table is analysed; what is not given is chosen by the table.

    Attributes:
        measure: What to compute, or what the given effects are; the layout's own by default.
        model: ``common`` or ``random``; random effects by default, common ones for Peto's odds ratio, which assumes them.
        method: Estimator of tau2: ``REML, ML, DL``; for two treatments also ``PM, EB, SJ``.
        test: For two treatments: ``z, hk, hk_adhoc``.
        reference: For a network: what others are compared with; a placebo or control by name where there is one.
        part: For a network that falls apart: a treatment of the part to analyse.
        level: Of the intervals.
        prediction: For two treatments: ``normal`` or ``higgins``.
        likelihood: ``normal``; ``exact`` for counts: odds ratios by the counts' own distribution as well.
        covariate: A column with something about each trial that effects may move with; ``baseline`` for what happened in the
            reference's arms.
        slopes: Of a network: ``common`` to all treatments, or ``independent``.
        at: The covariate's value at which effects are wanted; lowest, mean and highest by default.
        subgroup: A column that groups the trials.
        dose: A column with the dose of each arm: every dose is a treatment, and their effects a curve.
        curve: ``emax`` (a curve for each drug), ``emax-shared`` or ``linear``.
        cluster: Of two treatments: a column that says which rows belong together.
    """

    measure: str | None
    model: str | None
    method: str
    test: str
    reference: str | None
    part: str | None
    level: float
    prediction: str
    likelihood: str
    covariate: str | None
    slopes: str
    at: float | None
    subgroup: str | None
    dose: str | None
    curve: str
    cluster: str | None
