"""Guided tours: short ways through one subject, ticked off by what the learner has done."""
