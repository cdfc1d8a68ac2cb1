"""A run as one file: its scenario with every own input, its tables, proof and report; anyone repeats and verifies it anywhere."""

from planner.bundle.pack import pack
from planner.bundle.unpack import is_bundle, label_of, unpacked

__all__ = ["is_bundle", "label_of", "pack", "unpacked"]
