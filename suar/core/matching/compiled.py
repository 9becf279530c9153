"""How a function becomes machine code, and what its arrays hold: shared by `kernel` and `reading`, which take nothing else from each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
#: A machine integer; which width it has only the compiler knows.
Int: TypeAlias = Any
F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """The same function as machine code, kept beside the source once it was compiled (in the user's cache where that is read-only, and for
    this program alone where neither may be written); lets other threads run meanwhile.
    """
    try:
        return cast(F, numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:  # numba: no locator available
        return cast(F, numba.njit(nogil=True)(function))
