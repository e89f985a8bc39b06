"""From bytes to a :class:`~xlgoals.model.Submission`: the only part that knows bytes, cells and lines."""
