"""Damaged workbooks by the ten thousand, and the judges of what the reader makes of them."""
