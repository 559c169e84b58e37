"""What is known: data files with sources and grades, and their one loader."""

from lenitive.knowledge.load import Fault, Knowledge, KnowledgeError, load

__all__ = ["Fault", "Knowledge", "KnowledgeError", "load"]
