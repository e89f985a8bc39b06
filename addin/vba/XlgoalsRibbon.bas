Attribute VB_Name = "XlgoalsRibbon"
Option Explicit

' What the buttons of the ribbon call, one for each command (addin/commands.yaml).
'@ for each command

Public Sub On{macro}(control As IRibbonControl)
    XlgoalsRun "{handler}"
End Sub
'@ end
