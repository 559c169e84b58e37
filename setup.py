"""Builds the C kernel of the response room where a compiler is at hand; without one the package works on NumPy."""

import os

from setuptools import Extension, setup

FOLDER = "src/lenitive/response/"
# No -march: the kernel holds code for several instruction sets and chooses when it is loaded.
FLAGS = [] if os.name == "nt" else ["-O3", "-fno-math-errno", "-fno-trapping-math", "-Wno-psabi"]

setup(
    ext_modules=[
        Extension(
            "lenitive.response._kernel",
            [FOLDER + "_kernel.c"],
            depends=[FOLDER + "_kernel_body.h", FOLDER + "_kernel_slope.h"],
            extra_compile_args=FLAGS,
            optional=True,
        )
    ]
)
