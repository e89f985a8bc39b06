Attribute VB_Name = "XlgoalsProcess"
Option Explicit

' Starts Python, isolated (-I: no folder of a workbook, no environment variable leads it astray), without a
' shell in between: a command interpreter would read the name of a workbook as part of its language.

#If Mac Then

' Excel's container, which Excel may read without asking.
Public Function SettingsFile() As String
    SettingsFile = Environ("HOME") & "/xlgoals.conf"
End Function

' Excel for Mac starts programs through a script that the user installed; it quotes what it is given.
Public Sub RunPython(ByVal python As String, ByVal handler As String, ByVal book As String)
    Dim application_path As String
    On Error GoTo blocked
    application_path = Left$(Application.Path, Len(Application.Path) - 4)
    AppleScriptTask "xlgoals.applescript", "RunXlgoals", python & "|" & handler & "|" & application_path & "|" & book
    Exit Sub
blocked:
    Tell "blocked"
End Sub

#Else

Public Function SettingsFile() As String
    SettingsFile = Environ("USERPROFILE") & "\.xlgoals\xlgoals.conf"
End Function

Public Sub RunPython(ByVal python As String, ByVal handler As String, ByVal book As String)
    Dim shell As Object, command As String, folder As String, code As Long
    On Error GoTo blocked
    Set shell = CreateObject("WScript.Shell")
    command = Quoted(python) & " -I -B -m xlgoals.excel " & handler & " --wb=" & Quoted(book) & " --from_xl=1" & _
              " --app=" & Quoted(Application.Path & "\" & Application.Name) & " --hwnd=" & Quoted(Application.Hwnd)
    ' Run puts the values of variables in place of %NAMES%; a name that it would change is refused instead.
    If InStr(book, Chr$(34)) > 0 Or shell.ExpandEnvironmentStrings(command) <> command Then
        Tell "name_unsafe"
        Exit Sub
    End If
    ' Python starts in its own folder: Windows looks for libraries in the current one.
    folder = shell.CurrentDirectory
    shell.CurrentDirectory = Left$(python, InStrRev(python, "\"))
    code = shell.Run(command, 0, True)
    shell.CurrentDirectory = folder
    If code <> 0 Then Tell "failed"
    Exit Sub
blocked:
    On Error Resume Next
    If folder <> "" Then shell.CurrentDirectory = folder
    Tell "blocked"
End Sub

Private Function Quoted(ByVal text As String) As String
    Quoted = Chr$(34) & text & Chr$(34)
End Function

#End If
