Attribute VB_Name = "XlgoalsRunner"
Option Explicit

' Hands the name of a command to the add-in. The workbook starts nothing and configures nothing by itself.

Public Sub RunXlgoals(ByVal handler As String)
    If AddinIsThere() Then
        Application.Run "'xlgoals.xlam'!XlgoalsRun", handler
    Else
        MsgBox ThisWorkbook.Worksheets(1).Evaluate("xlgoals_addin_missing"), vbExclamation, "xlgoals"
    End If
End Sub

Private Function AddinIsThere() As Boolean
    Dim addin As Workbook
    On Error Resume Next
    Set addin = Workbooks("xlgoals.xlam")
    AddinIsThere = Not addin Is Nothing
End Function
