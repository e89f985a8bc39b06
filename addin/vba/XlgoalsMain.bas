Attribute VB_Name = "XlgoalsMain"
Option Explicit

' Asks Python to work on the active workbook. Which Python, is read from the settings of the user alone: never
' from a workbook, never from the folder of one. See addin/README.md for the reasons.

Public Sub XlgoalsRun(ByVal handler As String)
    Dim python As String
    If Not IsCommand(handler) Then Exit Sub
    If ActiveWorkbook Is Nothing Then
        Tell "no_book"
        Exit Sub
    End If
    python = XlgoalsInterpreter()
    If python = "" Then
        Tell "no_python"
        Exit Sub
    End If
    StartPython python, handler
End Sub

Private Function IsCommand(ByVal handler As String) As Boolean
    Select Case handler
'@ for each command
        Case "{handler}": IsCommand = True
'@ end
    End Select
End Function

' A text for people, kept in a cell of this add-in under a defined name.
Public Sub Tell(ByVal key As String)
    MsgBox ThisWorkbook.Names("say_" & key).RefersToRange.Value, vbExclamation, "xlgoals"
End Sub
