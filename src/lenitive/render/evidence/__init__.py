"""The evidence as a report: what the trials say, drug by drug and against one another, and what is missing."""

from lenitive.render.evidence.report import evidence_report

__all__ = ["evidence_report"]
