Attribute VB_Name = "XlgoalsSettings"
Option Explicit

' The settings that "xlgoals addin install" wrote for this user. Lines as Write # puts them: "KEY","value".

Public Function XlgoalsSetting(ByVal key As String) As String
    Dim file As Integer, found As String, content As String
    On Error GoTo done
    file = FreeFile
    Open SettingsFile() For Input As #file
    Do While Not EOF(file)
        Input #file, found, content
        If UCase$(found) = key Then XlgoalsSetting = content
    Loop
done:
    On Error Resume Next
    Close #file
End Function

' The interpreter, or nothing where none is named, its path is not absolute, or no file stands there.
Public Function XlgoalsInterpreter() As String
    Dim path As String
    path = XlgoalsSetting("INTERPRETER")
    If Not (path Like "[A-Za-z]:\*" Or Left$(path, 1) = "/") Then Exit Function
    If FileIsThere(path) Then XlgoalsInterpreter = path
End Function

Private Function FileIsThere(ByVal path As String) As Boolean
    On Error Resume Next
    FileIsThere = (GetAttr(path) And vbDirectory) = 0 And Err.Number = 0
End Function
