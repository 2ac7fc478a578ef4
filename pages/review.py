"""Review: what one is about to forget."""

from ui.quiz.practice import review

review()
