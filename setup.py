"""Builds the C kernel of the response room where a compiler is at hand; without one the package works on NumPy."""

import os

from setuptools import Extension, setup

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
