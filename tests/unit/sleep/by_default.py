"""The functions of the room with what the packaged knowledge gives them, and no more."""

from functools import partial

from lenitive import sleep
from lenitive.knowledge import load
from lenitive.sleep import structure

__all__ = [
    "CYCLES",
    "DEFINITION",
    "DEFINITIONS",
    "FACTS",
    "LINES",
    "architecture",
    "assess",
    "cycles",
    "nights",
    "prompts",
    "regularity",
]

FACTS, LINES = load().sleep, load().judgement.sleep
DEFINITIONS, CYCLES = FACTS.definitions, FACTS.cycles
DEFINITION = DEFINITIONS[FACTS.default]

architecture = partial(sleep.architecture, definition=DEFINITION)
assess = partial(sleep.assess, lines=LINES)
cycles = partial(structure.cycles, rule=CYCLES)
nights = partial(sleep.nights, definition=DEFINITION, lines=LINES)
prompts = partial(sleep.prompts, lines=LINES)
regularity = partial(sleep.regularity, lines=LINES)
