"""The page and the folder of a study."""
