"""Lenitive: does this medicine ease this patient's symptoms, and what should be considered next?"""

from importlib.metadata import version

__all__ = ["__version__"]
__version__ = version("lenitive")
