"""One site-year: its merit order, its dispatch, the cut that its prices prove."""
