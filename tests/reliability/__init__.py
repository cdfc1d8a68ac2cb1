"""Kills, stops, full disks, narrow limits, forged runs: a short form with the other tests, the long one by `make soak`."""

from __future__ import annotations

import os

SOAK = bool(os.environ.get("SOAK"))
"""Is this the long form?"""
