"""The certainty of the comparisons of any network: what its intervals show, and what was judged of its trials."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property

from lenitive.evidence.certainty.information import Information
from lenitive.evidence.certainty.levels import (
    HETEROGENEITY,
    IMPRECISION,
    INCOHERENCE,
    INDIRECTNESS,
    REPORTING,
    WITHIN_STUDY,
    Certainty,
    Concern,
    Domain,
    Risk,
    certainty_of,
)
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
from lenitive.terms import Message

__all__ = ["Appraised", "Reporting", "StudyJudgement", "appraise"]


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
        reasons: Why.
    """

    concern: Concern
    reasons: tuple[Message, ...]


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
            concern=Concern.SOME, reasons=(Message.of("evidence.certainty.not_looked"),)
        )
        domains = (
            self._weighed(WITHIN_STUDY, "bias", c),
            Domain(name=REPORTING, concern=missing.concern, reasons=missing.reasons),
            indirectness or self._weighed(INDIRECTNESS, "indirectness", c),
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
        told = tuple(f"{r.name.lower()}:{s:.6f}" for r, s in shares.items() if s >= 0.005)
        says = (
            Message.of("evidence.certainty.bias", shares=told)
            if what == "bias"
            else Message.of("evidence.certainty.indirectness", shares=told)
        )
        return Domain(name=name, concern=concern, reasons=(says,))

    def _imprecision(self, c: Comparison) -> Domain:
        concern = imprecision(c.estimate, (c.low, c.high), self.line)
        inside = -self.line < c.low and c.high < self.line
        reasons = [
            {
                Concern.NONE: Message.of("evidence.certainty.inside")
                if inside
                else Message.of("evidence.certainty.leaves_out"),
                Concern.SOME: Message.of("evidence.certainty.holds"),
                Concern.MAJOR: Message.of("evidence.certainty.other_side"),
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
                reasons.append(
                    Message.of("evidence.certainty.information", people=there, needed=self.needed)
                    if math.isfinite(self.needed)
                    else Message.of("evidence.certainty.information_endless", people=there)
                )
        rebuilt = self.rebuilt(c.treatment, c.comparator)
        if rebuilt >= self.lines.rebuilt.value:
            steps = min(3, steps + 1)
            reasons.append(Message.of("evidence.certainty.rebuilt", share=rebuilt))
        return Domain(name=IMPRECISION, concern=list(Concern)[steps], reasons=tuple(reasons))

    def _heterogeneity(self, c: Comparison) -> Domain:
        if c.prediction is None:
            says = (
                Message.of("evidence.certainty.common")
                if self.result.model == "common"
                else Message.of("evidence.certainty.too_few")
            )
            return Domain(name=HETEROGENEITY, concern=Concern.SOME, reasons=(says,))
        concern, more = heterogeneity(c.estimate, (c.low, c.high), c.prediction, self.line)
        says = (
            Message.of("evidence.certainty.agrees", tau2=self.result.tau2)
            if more == 0
            else Message.of("evidence.certainty.varies", tau2=self.result.tau2)
        )
        return Domain(name=HETEROGENEITY, concern=concern, reasons=(says,))

    def _incoherence(self, c: Comparison) -> Domain:
        a, b = c.treatment, c.comparator
        direct = any(a in s.treatments and b in s.treatments for s in self.result.network.studies)
        if direct and independent_path(self.result.network, a, b):
            return self._split(a, b)
        if direct:
            return _coherent(Message.of("evidence.certainty.direct_only"))
        if self.decomposition.df_between == 0:
            return _coherent(Message.of("evidence.certainty.no_loop"), Concern.SOME)
        p = self.decomposition.p_between_random
        concern = (
            Concern.MAJOR
            if p < self.lines.incoherence_major_p.value
            else Concern.SOME
            if p < self.lines.incoherence_p.value
            else Concern.NONE
        )
        return _coherent(Message.of("evidence.certainty.indirect_only", p=p), concern)

    def _split(self, a: str, b: str) -> Domain:
        both = direct_and_indirect(self.result, a, b)
        if both.direct is None or both.direct_se is None or both.indirect is None or both.indirect_se is None:
            return _coherent(Message.of("evidence.certainty.nothing_left"))
        p = normal_two_sided((both.direct - both.indirect) / math.hypot(both.direct_se, both.indirect_se))
        if p >= self.lines.incoherence_p.value:
            return _coherent(Message.of("evidence.certainty.coherent", p=p))
        z = normal_quantile(0.5 + self.result.level / 2)
        concern, shared = incoherence(
            (both.direct - z * both.direct_se, both.direct + z * both.direct_se),
            (both.indirect - z * both.indirect_se, both.indirect + z * both.indirect_se),
            self.line,
        )
        return _coherent(Message.of("evidence.certainty.incoherent", p=p, shared=shared), concern)


def _coherent(says: Message, concern: Concern = Concern.NONE) -> Domain:
    return Domain(name=INCOHERENCE, concern=concern, reasons=(says,))


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
