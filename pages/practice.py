"""Practice: questions on what one chooses, graded on the spot."""

from ui.quiz.practice import practise

practise()
