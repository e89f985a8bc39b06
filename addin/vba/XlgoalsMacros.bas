Attribute VB_Name = "XlgoalsMacros"
Option Explicit

' The macros behind the buttons of a workbook, one for each command that has one (addin/commands.yaml).
' ASCII only: every text for people stands in the workbook or in Python.
'@ for each command

Public Sub {macro}()
    RunXlgoals "{handler}"
End Sub
'@ end
