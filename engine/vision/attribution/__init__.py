"""What a network looked at: maps over the picture that say what an answer came from, through Captum."""
