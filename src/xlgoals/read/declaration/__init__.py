"""Forms that other places use: their labels, heads and terms, put in the order of the published layout."""
