"""CEL, in which the cells of policies are written, without the terminal program that its package brings along.

`import cel` imports `cel.cli` as well, and with it 390 modules for a terminal: a tenth of what starting any program of Suar costs. Nothing of
the evaluator needs them. Import `cel` from here.
"""

import sys
from types import ModuleType

sys.modules.setdefault("cel.cli", ModuleType("cel.cli"))

import cel as cel  # noqa: E402  # only behind the line above
