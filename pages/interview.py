"""Mock interview: timed, for a role, without a word until the end."""

from ui.quiz.interview import interview

interview()
