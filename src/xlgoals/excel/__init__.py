"""The buttons: what happens in an open workbook when a person clicks, in Excel, LibreOffice or a file."""
