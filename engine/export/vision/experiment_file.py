"""An experiment on pictures with its changes as a JSON file, and back."""

from engine.export.recipe_file import RecipeFile
from engine.vision.experiment import VisionExperiment, consequence

VISION_FILE = RecipeFile("gradient-playground-pictures", VisionExperiment, consequence)
vision_json, read_vision = VISION_FILE.text, VISION_FILE.read
