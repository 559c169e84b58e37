"""Compiles the catalogues of words, and the C kernel of the response room where a compiler is at hand.

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

FOLDER = "src/lenitive/response/"
# No -march: the kernel holds code for several instruction sets and chooses when it is loaded.
FLAGS = [] if os.name == "nt" else ["-O3", "-fno-math-errno", "-fno-trapping-math", "-fno-signed-zeros", "-Wno-psabi"]

setup(
    ext_modules=[
        Extension(
            "lenitive.response._kernel",
            [FOLDER + "_kernel.c"],
            depends=[FOLDER + part for part in ("_kernel_body.h", "_kernel_slope.h", "_kernel_mixture.h")],
            extra_compile_args=FLAGS,
            optional=True,
        )
    ]
)
