"""Word documents: the main text as tables and paragraphs, and from it the goal tables."""
