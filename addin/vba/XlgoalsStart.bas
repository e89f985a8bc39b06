Attribute VB_Name = "XlgoalsStart"
Option Explicit

' A click starts a Python of its own.

Public Sub StartPython(ByVal python As String, ByVal handler As String)
    RunPython python, handler, ActiveWorkbook.Name
End Sub
