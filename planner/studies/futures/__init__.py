"""Several futures: what to build now, before one knows which of them comes, and what to wait for."""
