"""What was measured of chips, and how far the core is from it."""
