Attribute VB_Name = "XlgoalsStart"
Option Explicit

' A click goes to the Python that stays: xlwings' server. Where it cannot be reached, a Python of its own is started.

Public Sub StartPython(ByVal python As String, ByVal handler As String)
    Dim server As Object
    On Error GoTo cold
    Set server = XLPy()
    server.SetAttr server.Module("xlwings._xlwindows"), "BOOK_CALLER", ActiveWorkbook
    On Error GoTo failed
    server.Exec "import xlgoals.excel.__main__ as handlers; handlers.main(['" & handler & "'])"
    Exit Sub
cold:
    RunPython python, handler, ActiveWorkbook.Name
    Exit Sub
failed:
    Tell "failed"
End Sub
