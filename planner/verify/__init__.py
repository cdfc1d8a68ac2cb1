"""Whether a finished run holds: its files against their list, its figures against each other, its plan against its own program."""

from planner.verify.verdict import Refuted, verify

__all__ = ["Refuted", "verify"]
