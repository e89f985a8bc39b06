"""Three programs behind one handler code: Excel (xlwings' own), LibreOffice over UNO, and a workbook file.

Only modules in here touch what lies below xlwings (``.api``, UNO, openpyxl). LibreOffice and the file share
:mod:`.adapter`, xlwings' side of an engine, over the small :class:`.grid.Grid` that each of them is.
"""
