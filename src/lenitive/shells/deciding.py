"""What a decision is made on: a review, its bytes, and the digests of everything that they depend on."""

from __future__ import annotations

import json
from collections.abc import Sequence

import lenitive
from lenitive.frozen import dataclass
from lenitive.intake import write_folder
from lenitive.knowledge import Knowledge
from lenitive.program import libraries, processor
from lenitive.render import conclusions_digest, review_json
from lenitive.review import Inputs, Review, digest_of
from lenitive.terms import Problem

__all__ = ["DecidedOn", "decided_on"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedOn:
    """A review as a decision names it.

    Attributes:
        review: The review.
        document: Its bytes.
        conclusions: The digest of what it concludes, which another processor does not change.
        inputs: The digests of what it was made from.
    """

    review: Review
    document: bytes
    conclusions: str
    inputs: Inputs


def decided_on(made: Review, knowledge: Knowledge, problems: Sequence[Problem] = ()) -> DecidedOn:
    """The review with the digests of all that it was made from.

    Args:
        made: The review.
        knowledge: What it was made with.
        problems: What reading its record reported.
    """
    text = review_json(made)
    document = json.loads(text)
    return DecidedOn(
        review=made,
        document=text.encode(),
        conclusions=conclusions_digest(document),
        inputs=Inputs(
            at=made.at.isoformat(),
            seed=made.seed,
            outcomes=tuple(o.value for o in made.outcomes),
            market=made.market,
            program=lenitive.__version__,
            knowledge=knowledge.version,
            knowledge_files=knowledge.file_digests(),
            record_files={name: digest_of(data) for name, data in write_folder(made.record).items()},
            problems=digest_of("\n".join(map(str, problems)).encode()),
            plan=Inputs.plan_of(made.record.patient.plan),
            with_nights=made.asked.with_nights,
            asked=document["asked"],
            libraries=libraries(),
            processor=processor(),
        ),
    )
