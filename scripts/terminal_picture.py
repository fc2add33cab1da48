"""Draws what a terminal shows as an SVG: lines with ANSI colours on standard input, the SVG to a file.

    python terminal_picture.py TITLE WIDTH FILE < session.txt
"""

import re
import sys

from rich.console import Console
from rich.text import Text

title, width, file = sys.argv[1], int(sys.argv[2]), sys.argv[3]
console = Console(record=True, width=width, force_terminal=True, file=open("/dev/null", "w"))
console.print(Text.from_ansi(sys.stdin.read()), soft_wrap=False, overflow="crop", no_wrap=True)
svg = console.export_svg(title=title, unique_id="crossfold")
# The viewer's own monospace font: a picture in a repository fetches nothing.
svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.S)
svg = svg.replace("Fira Code, monospace", "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace")
open(file, "w", encoding="utf-8").write(svg)
