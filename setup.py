"""Compiles the catalogues of words, and the C kernels of two rooms where a compiler is at hand.

Without a compiler the package works on NumPy. A catalogue's compiled form lies beside its text and is not kept in the repository.
"""

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from setuptools import Extension, setup

for text in sorted(Path("src/lenitive/render/locale").glob("*/LC_MESSAGES/*.po")):
    with text.open("rb") as words, text.with_suffix(".mo").open("wb") as compiled:
        write_mo(compiled, read_po(words, locale=text.parts[-3]))

KINETICS, RESPONSE = "src/lenitive/kinetics/", "src/lenitive/response/"
HEADERS = ("_kernel_body.h", "_kernel_slope.h", "_kernel_mixture.h", "_kernel_latent.h")
# No -march: the response kernel holds code for several instruction sets and chooses when it is loaded.
FLAGS = [] if os.name == "nt" else ["-O3", "-fno-math-errno", "-fno-trapping-math", "-fno-signed-zeros", "-Wno-psabi"]

setup(
    ext_modules=[
        Extension(
            "lenitive.kinetics._kernel",
            [KINETICS + "_kernel.c"],
            extra_compile_args=FLAGS,
            optional=True,
        ),
        Extension(
            "lenitive.response._kernel",
            [RESPONSE + "_kernel.c"],
            depends=[RESPONSE + part for part in HEADERS],
            extra_compile_args=FLAGS,
            optional=True,
        ),
    ]
)
