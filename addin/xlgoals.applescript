-- Starts Python for the add-in in Excel for Mac. Every part is quoted, so no name of a workbook becomes a command.
on RunXlgoals(parameters)
	set saved to AppleScript's text item delimiters
	set AppleScript's text item delimiters to "|"
	set parts to text items of parameters
	set interpreter to item 1 of parts
	set handlerName to item 2 of parts
	set applicationPath to item 3 of parts
	set bookName to (items 4 thru -1 of parts) as text
	set AppleScript's text item delimiters to saved
	set program to quoted form of interpreter & " -I -B -m xlgoals.excel " & quoted form of handlerName
	set details to quoted form of ("--wb=" & bookName) & " --from_xl=1 " & quoted form of ("--app=" & applicationPath)
	-- In the background: Excel waits for this script and could not answer Python.
	do shell script program & " " & details & " > /dev/null 2>&1 &"
	return "started"
end RunXlgoals
