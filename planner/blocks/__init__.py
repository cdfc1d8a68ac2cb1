"""The annual model in Pyomo, a file per block, its formulas and units at the top."""
