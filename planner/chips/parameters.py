"""Fitted figures of the chip power core (`models/calibration/`), by name: those of one form, and those of several forms."""

from __future__ import annotations

from collections.abc import Mapping

Parameters = Mapping[str, float]
Calibration = Mapping[str, Parameters]
