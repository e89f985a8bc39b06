"""Macros from text: a VBA project is compressed, packed into a compound file, and named by one table.

Nothing here needs Office: the formats are published ([MS-OVBA], [MS-CFB]) and small enough to write by hand.
"""
