"""Compiles the catalogues of words, the C kernels of two rooms where a compiler is at hand, and parses the knowledge ahead.

Without a compiler the package works on NumPy, and without the parsed knowledge each command parses the files it needs. What is
compiled or parsed lies beside its text and is not kept in the repository.
"""

import os
import subprocess
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from setuptools import Extension, setup
from setuptools.command.build_py import build_py

for text in sorted(Path("src/lenitive/render/locale").glob("*/LC_MESSAGES/*.po")):
    with text.open("rb") as words, text.with_suffix(".mo").open("wb") as compiled:
        write_mo(compiled, read_po(words, locale=text.parts[-3]))

KINETICS, RESPONSE = "src/lenitive/kinetics/", "src/lenitive/response/"
HEADERS = ("_kernel_body.h", "_kernel_slope.h", "_kernel_mixture.h", "_kernel_latent.h")
# No -march: the response kernel holds code for several instruction sets and chooses when it is loaded.
FLAGS = [] if os.name == "nt" else ["-O3", "-fno-math-errno", "-fno-trapping-math", "-fno-signed-zeros", "-Wno-psabi"]


class ParseAhead(build_py):
    """Parses the knowledge by the modules that were built; in place for an editable install."""

    def run(self) -> None:
        """Build the modules, then parse by them."""
        super().run()
        root = Path("src") if self.editable_mode else Path(self.build_lib)
        done = subprocess.run(
            [sys.executable, "-m", "lenitive.knowledge.parse_ahead"],
            env={**os.environ, "PYTHONPATH": str(root.resolve()), "PYTHONDONTWRITEBYTECODE": "1"},
            check=False,
        )
        if done.returncode:
            print("the knowledge was not parsed ahead: each command will parse what it needs", file=sys.stderr)


setup(
    cmdclass={"build_py": ParseAhead},
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
