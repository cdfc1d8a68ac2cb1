"""How much memory solving takes, and how much there is: counted before anything is built.

Measured as peak resident memory on Linux, two cores (see README.md beside this file); estimates err on the large side.
"""

from __future__ import annotations

from planner.base.room import narrowest

START = 600e6
"""Bytes of a process with its libraries, the catalog and the report, whatever the size of the problem."""
PER_PIECE_HOUR = 140.0
"""Bytes per hour of a site-year and per piece of its supply, from the arrays to the tables of the answer."""
OTHER_PIECES = 5
"""What a site-year keeps by the hour besides its pieces, counted as pieces: loads, must-take supply, storage, prices."""
PRICES = 1.5e9
"""Most bytes of hourly prices that the decomposition keeps."""
PER_PRICE_HOUR = 600.0
"""Bytes of those per hour of a site-year: two figures for each of some forty dispatches."""
PER_NONZERO = {"simplex": 450.0, "ipx": 350.0, "hipo": 800.0, "hipdlp": 350.0}
"""Bytes per nonzero of the matrix with every hour written out, by method of HiGHS."""


def available() -> float:
    """Bytes that this process may still take, by the limit that really holds (`planner.base.room`)."""
    return narrowest().free


def decomposed(site_hours: float, pieces: float) -> float:
    """Bytes to plan so many hours of site-years by the decomposition, `pieces` of supply each."""
    return START + site_hours * PER_PIECE_HOUR * (pieces + OTHER_PIECES) + min(PRICES, site_hours * PER_PRICE_HOUR)


def written_out(site_hours: float, pieces: float, nonzeros_per_hour: float, method: str) -> float:
    """Bytes to plan them by a method of HiGHS on the matrix with every hour written out."""
    return decomposed(site_hours, pieces) + site_hours * nonzeros_per_hour * PER_NONZERO[method]


def nonzeros_per_hour(loads: float, must_take: float, pieces: float, accounts: float, stores: float) -> float:
    """Nonzeros of the written-out matrix per hour of a site-year (see `matrix.Block`)."""
    return loads + must_take + (4 + accounts) * pieces + 11 * stores
