"""Places out of the files that GIS programs and spreadsheets write, checked before anything is made of them."""
