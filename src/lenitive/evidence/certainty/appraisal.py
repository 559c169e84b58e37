"""The certainty of the comparisons of any network: what its intervals show, and what was judged of its trials."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property

from lenitive.evidence.certainty.information import Information
from lenitive.evidence.certainty.levels import Certainty, Concern, Domain, Risk, certainty_of
from lenitive.evidence.certainty.rules import average_bias, heterogeneity, imprecision, incoherence
from lenitive.evidence.distributions import normal_quantile, normal_two_sided
from lenitive.evidence.network import (
    Comparison,
    Contributions,
    NetworkResult,
    QDecomposition,
    contributions,
    decompose_q,
    direct_and_indirect,
    independent_path,
)
from lenitive.evidence.refusal import NotEstimable
from lenitive.frozen import dataclass
from lenitive.knowledge import CertaintyLines

__all__ = ["Appraised", "Reporting", "StudyJudgement", "appraise"]

_WORDS = {Risk.LOW: "low", Risk.SOME: "unclear or some", Risk.HIGH: "high", Risk.NOT_JUDGED: "not judged"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyJudgement:
    """What was judged of one trial.

    Attributes:
        bias: Its risk of bias.
        indirectness: How far its question is from the one asked.
        rebuilt: Its standard error was rebuilt from a P value.
    """

    bias: Risk = Risk.NOT_JUDGED
    indirectness: Risk = Risk.NOT_JUDGED
    rebuilt: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporting:
    """What is known of trials without figures, for one comparison.

    Attributes:
        concern: The judgement.
        reason: Why.
    """

    concern: Concern
    reason: str


class Appraised:
    """A network with what was judged of it; the parts that take time are made once, when they are first asked for."""

    def __init__(
        self,
        result: NetworkResult,
        *,
        line: float,
        lines: CertaintyLines,
        studies: Mapping[str, StudyJudgement] | None = None,
        needed: float | None = None,
    ) -> None:
        """Take a fitted network.

        Args:
            result: The fitted network.
            line: The size that matters, above zero; of ratios the log.
            lines: The numbers that the rules turn on.
            studies: What was judged of its trials; those without are not judged.
            needed: People that one trial would need; None where that is not asked.
        """
        if not line > 0:
            raise NotEstimable(
                "wrong_line", "the size that matters is not above no difference", "Give one that is"
            )
        self.result, self.line, self.lines, self.needed = result, line, lines, needed
        self._studies = studies or {}

    def judged(self, study: str) -> StudyJudgement:
        """What was judged of a trial."""
        return self._studies.get(study, StudyJudgement())

    @cached_property
    def contributions(self) -> Contributions:
        """Who says how much."""
        return contributions(self.result)

    @cached_property
    def decomposition(self) -> QDecomposition:
        """Q by design."""
        return decompose_q(self.result.network)

    @cached_property
    def information(self) -> Information:
        """The people behind every comparison."""
        return Information(self.result.network)

    def shares(self, a: str, b: str, what: str) -> dict[Risk, float]:
        """The share of the evidence on a comparison at each risk; ``what`` is ``bias`` or ``indirectness``."""
        out = dict.fromkeys(Risk, 0.0)
        for study, share in self.contributions.by_study(a, b).items():
            out[getattr(self.judged(study), what)] += share
        return out

    def rebuilt(self, a: str, b: str) -> float:
        """The share of the evidence on a comparison whose standard error was rebuilt from a P value."""
        return sum(share for s, share in self.contributions.by_study(a, b).items() if self.judged(s).rebuilt)

    def certainty(
        self,
        treatment: str,
        comparator: str,
        *,
        reporting: Reporting | None = None,
        indirectness: Domain | None = None,
    ) -> Certainty:
        """The judgement of one comparison.

        Args:
            treatment: The treatment.
            comparator: What it is compared with.
            reporting: What is known of missing trials; judged as unknown when not given.
            indirectness: Another judgement of this domain than that of the trials' weights.

        Raises:
            NotEstimable: ``unknown_treatment``.
        """
        c = self.result.compare(treatment, comparator)
        missing = reporting or Reporting(
            concern=Concern.SOME, reason="nobody looked for trials that were not reported"
        )
        domains = (
            self._weighed("within-study bias", "bias", c),
            Domain(name="reporting bias", concern=missing.concern, reason=missing.reason),
            indirectness or self._weighed("indirectness", "indirectness", c),
            self._imprecision(c),
            self._heterogeneity(c),
            self._incoherence(c),
        )
        return certainty_of(treatment, comparator, domains, some_per_level=self.lines.some_per_level.whole)

    def _weighed(self, name: str, what: str, c: Comparison) -> Domain:
        shares = self.shares(c.treatment, c.comparator, what)
        score = (
            shares[Risk.SOME] + self.lines.not_judged.value * shares[Risk.NOT_JUDGED] + 2 * shares[Risk.HIGH]
        )
        concern = average_bias(score, self.lines.bias_some.value, self.lines.bias_major.value)
        parts = [f"{100 * s:.0f} % {_WORDS[r]}" for r, s in shares.items() if s >= 0.005]
        kind = "risk of bias" if what == "bias" else "indirectness"
        return Domain(name=name, concern=concern, reason=f"by weight, {kind}: {', '.join(parts)}")

    def _imprecision(self, c: Comparison) -> Domain:
        concern = imprecision(c.estimate, (c.low, c.high), self.line)
        inside = -self.line < c.low and c.high < self.line
        reasons = [
            {
                Concern.NONE: "the interval lies between the important sizes"
                if inside
                else "the interval leaves out no difference",
                Concern.SOME: "the interval holds no difference and an important size",
                Concern.MAJOR: "the interval goes on to an important size on the other side of no difference",
            }[concern]
        ]
        steps = list(Concern).index(concern)
        if self.needed is not None:
            there = self.information.people(c.treatment, c.comparator)
            if there < self.needed:
                share = there / self.needed
                few = 1 + sum(
                    share < line.value for line in (self.lines.information_major, self.lines.information_very)
                )
                steps = max(steps, few)
                need = f"{self.needed:,.0f}" if math.isfinite(self.needed) else "more than there are"
                reasons.append(f"information as of {there:,.0f} people, where one trial would need {need}")
        rebuilt = self.rebuilt(c.treatment, c.comparator)
        if rebuilt >= self.lines.rebuilt.value:
            steps = min(3, steps + 1)
            reasons.append(
                f"{100 * rebuilt:.0f} % of the weight has its standard error rebuilt from a P value"
            )
        return Domain(name="imprecision", concern=list(Concern)[steps], reason="; ".join(reasons))

    def _heterogeneity(self, c: Comparison) -> Domain:
        if c.prediction is None:
            common = self.result.model == "common"
            return Domain(
                name="heterogeneity",
                concern=Concern.SOME,
                reason="a common effect was assumed"
                if common
                else "too few trials: variation between them can hardly be seen",
            )
        concern, more = heterogeneity(c.estimate, (c.low, c.high), c.prediction, self.line)
        reason = (
            "a new trial would be expected to agree with the mean"
            if more == 0
            else "a new trial could well say something else than the mean"
        )
        return Domain(name="heterogeneity", concern=concern, reason=f"{reason} (tau2 {self.result.tau2:.3g})")

    def _incoherence(self, c: Comparison) -> Domain:
        a, b = c.treatment, c.comparator
        direct = any(a in s.treatments and b in s.treatments for s in self.result.network.studies)
        if direct and independent_path(self.result.network, a, b):
            return self._split(a, b)
        if direct:
            return Domain(
                name="incoherence",
                concern=Concern.NONE,
                reason="direct trials only: nothing indirect enters that could disagree",
            )
        if self.decomposition.df_between == 0:
            return Domain(
                name="incoherence",
                concern=Concern.SOME,
                reason="no closed loop: whether direct and indirect evidence agree cannot be seen",
            )
        p = self.decomposition.p_between_random
        concern = (
            Concern.MAJOR
            if p < self.lines.incoherence_major_p.value
            else Concern.SOME
            if p < self.lines.incoherence_p.value
            else Concern.NONE
        )
        return Domain(
            name="incoherence",
            concern=concern,
            reason=f"indirect evidence only; the network's designs against one another: P {p:.2g}",
        )

    def _split(self, a: str, b: str) -> Domain:
        both = direct_and_indirect(self.result, a, b)
        if both.direct is None or both.direct_se is None or both.indirect is None or both.indirect_se is None:
            return Domain(
                name="incoherence",
                concern=Concern.NONE,
                reason="the direct trials leave nothing to the indirect ones",
            )
        p = normal_two_sided((both.direct - both.indirect) / math.hypot(both.direct_se, both.indirect_se))
        if p >= self.lines.incoherence_p.value:
            return Domain(
                name="incoherence",
                concern=Concern.NONE,
                reason=f"direct and indirect evidence do not differ by a test (P {p:.2g})",
            )
        z = normal_quantile(0.5 + self.result.level / 2)
        concern, shared = incoherence(
            (both.direct - z * both.direct_se, both.direct + z * both.direct_se),
            (both.indirect - z * both.indirect_se, both.indirect + z * both.indirect_se),
            self.line,
        )
        return Domain(
            name="incoherence",
            concern=concern,
            reason=f"direct and indirect evidence differ (P {p:.2g}) and agree on {shared} of three areas",
        )


def appraise(
    result: NetworkResult,
    *,
    line: float,
    lines: CertaintyLines,
    studies: Mapping[str, StudyJudgement] | None = None,
) -> tuple[Certainty, ...]:
    """The certainty of every comparison of a network with trials of its own, first by the order of treatments.

    Args:
        result: The fitted network.
        line: The size that matters, above zero; of ratios the log.
        lines: The numbers that the rules turn on.
        studies: What was judged of its trials.
    """
    appraised = Appraised(result, line=line, lines=lines, studies=studies)
    order = result.treatments
    return tuple(appraised.certainty(a, b) for i, b in enumerate(order) for a in order[i + 1 :])
