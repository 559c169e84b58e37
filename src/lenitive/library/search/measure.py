"""How good a ranking is: nDCG@10, recall@10 and MRR@10 over judged questions.

    DCG@k = sum over ranks i of (2^grade_i - 1) / log2(i + 1);   nDCG = DCG / the best possible DCG

Source: Järvelin and Kekäläinen 2002 (nDCG); the exponential gain is that of Burges et al. 2005. With grades 0 and 1 both
gains agree. A document that nobody judged counts as grade 0. Questions without any relevant document are left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from lenitive.frozen import dataclass

__all__ = ["Scores", "score"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Means over questions."""

    questions: int
    ndcg: float
    ndcg_linear: float
    recall: float
    mrr: float


def _dcg(grades: Sequence[int], gain: Callable[[int], float]) -> float:
    return sum(gain(g) / math.log2(place + 2) for place, g in enumerate(grades))


def score(
    ranked: Mapping[str, Sequence[str]], judged: Mapping[str, Mapping[str, int]], *, depth: int = 10
) -> Scores:
    """The scores of a ranking.

    Args:
        ranked: Document keys, best first, by question.
        judged: Grades from 0 by document, by question.
        depth: Ranks that count.

    Raises:
        ValueError: When no question has a relevant document.
    """
    ndcg = linear = recall = mrr = 0.0
    count = 0
    for question, grades in judged.items():
        relevant = {k: g for k, g in grades.items() if g > 0}
        if not relevant:
            continue
        count += 1
        top = list(ranked.get(question, ()))[:depth]
        got = [max(grades.get(k, 0), 0) for k in top]
        best = sorted(relevant.values(), reverse=True)[:depth]
        ndcg += _dcg(got, lambda g: 2.0**g - 1) / _dcg(best, lambda g: 2.0**g - 1)
        linear += _dcg(got, float) / _dcg(best, float)
        recall += sum(1 for k in top if k in relevant) / len(relevant)
        mrr += next((1 / (place + 1) for place, k in enumerate(top) if k in relevant), 0.0)
    if not count:
        raise ValueError("no question has a relevant document")
    return Scores(
        questions=count, ndcg=ndcg / count, ndcg_linear=linear / count, recall=recall / count, mrr=mrr / count
    )
