"""From values to files: the only part, beside the buttons in Excel, that knows styles."""
