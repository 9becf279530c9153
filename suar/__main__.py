"""`python -m suar WORD …`: the program `suar`."""

import sys

from suar.site.cli import main

sys.exit(main(sys.argv[1:]))
