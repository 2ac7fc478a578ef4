"""An experiment on sequences with its changes as a JSON file, and back."""

from engine.export.recipe_file import RecipeFile
from engine.sequences.experiment import SequenceExperiment, consequence

SEQUENCE_FILE = RecipeFile("gradient-playground-sequences", SequenceExperiment, consequence)
sequence_json, read_sequence = SEQUENCE_FILE.text, SEQUENCE_FILE.read
