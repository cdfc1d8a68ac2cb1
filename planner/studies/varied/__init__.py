"""One base scenario with things varied: a grid of values, one at a time, or samples; a queue on disk; what drives what."""
