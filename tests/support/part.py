# SPDX-License-Identifier: MIT
"""Runs one part of a test program: every n-th of its functions and rows, so that no process has to do them all.

usage: part.py <number> <parts> <program>
"""
import subprocess
import sys


def cases(program):
    """function:row of each, as the program itself names them; none is left out."""
    listed = subprocess.run([program, "-datatags"], check=True, capture_output=True, text=True).stdout
    for line in listed.splitlines():
        # Its class, the function, and the row where there is one, which may hold blanks.
        function, _, row = line.partition(" ")[2].partition(" ")
        yield f"{function}:{row}" if row else function


def main(number, parts, program):
    mine = list(cases(program))[int(number) - 1::int(parts)]
    assert mine, f"{program} has fewer cases than {parts}"
    sys.exit(subprocess.run([program, *mine]).returncode)


main(*sys.argv[1:])
