"""What is known: data files with sources and grades, and their one loader."""

from lenitive.knowledge.fault import Fault, KnowledgeError
from lenitive.knowledge.interaction_index import Interactions, Wait
from lenitive.knowledge.load import Knowledge, load
from lenitive.knowledge.load_drugs import Drugs
from lenitive.knowledge.substance_index import Match, Substances

__all__ = [
    "Drugs",
    "Fault",
    "Interactions",
    "Knowledge",
    "KnowledgeError",
    "Match",
    "Substances",
    "Wait",
    "load",
]
