"""Libraries that another one imports along with what is needed of it.

Pyomo imports `scipy.stats` and more as soon as SciPy is there, in case somebody asks for it through Pyomo: half a second of a small plan.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


@contextmanager
def left_out(*names: str) -> Iterator[None]:
    """Within the block an import of these modules finds them empty; after it they can be imported as ever. Those that are there stay."""
    empty = {name: ModuleType(name) for name in names if name not in sys.modules}
    sys.modules.update(empty)
    try:
        yield
    finally:
        for name, module in empty.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]
