"""Progress: what one knows, how sure that is, and the records themselves."""

from ui.quiz.progress import progress

progress()
