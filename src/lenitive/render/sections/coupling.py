"""How sleep and pain hang together in this patient."""

from __future__ import annotations

from lenitive.render.blocks import Block, Bullets, Paragraph, Section
from lenitive.render.words import drug_name, points, score_name
from lenitive.response import Summary
from lenitive.review import Absent, Review

__all__ = ["coupling_section"]

# A share known no better than to one whole and a half says nothing.
_USEFUL_WIDTH = 1.5


def _interval(s: Summary) -> str:
    return f"{points(s.mean)} ({points(s.quantiles['0.025'])} to {points(s.quantiles['0.975'])})"


def coupling_section(review: Review) -> Section | None:
    """The day-to-day links, and the share of each effect that runs through sleep; None without a fit."""
    fit = review.fit
    if isinstance(fit, Absent) or fit.coupling is None:
        return None
    c = fit.coupling
    sleep, pain = score_name(review.outcomes[0]), score_name(review.outcomes[1])
    items = [
        Paragraph(
            lead=f"{sleep.capitalize()} to {pain}.",
            text=f"A night worse by one point is followed by a day whose {pain} differs by "
            f"{_interval(c.sleep_to_pain)} points.",
        ),
        Paragraph(
            lead=f"{pain.capitalize()} to {sleep}.",
            text=f"A day worse by one point is followed by a night whose {sleep} differs by "
            f"{_interval(c.pain_to_sleep)} points.",
        ),
    ]
    for name in (n for n in review.question.judged if n in c.share_through_sleep):
        share = c.share_through_sleep[name]
        part = c.through_sleep[name]
        if share is None:
            text = f"{_interval(part)} points; as a share it has no meaning here, because the sign of the whole effect is open."
        else:
            low, middle, high = (share.quantiles[q] for q in ("0.1", "0.5", "0.9"))
            if high - low > _USEFUL_WIDTH:
                text = f"{_interval(part)} points; too uncertain to be given as a share of the whole."
            else:
                text = (
                    f"{_interval(part)} points, about {100 * middle:.0f} % of the whole "
                    f"(80 % interval {100 * low:.0f} to {100 * high:.0f} %)."
                )
        items.append(
            Paragraph(lead=f"{drug_name(name).capitalize()} on {pain} by way of {sleep}.", text=text)
        )
    blocks: list[Block] = [Bullets(items=tuple(items))]
    blocks.append(
        Paragraph(
            text="Causal only if nothing unmeasured drives both; the first and the last of these are not proof of a path.",
            quiet=True,
        )
    )
    return Section(id="coupling", title=f"The link between {sleep} and {pain}", blocks=tuple(blocks))
