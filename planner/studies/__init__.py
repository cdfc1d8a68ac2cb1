"""Many plans and what they say together."""
