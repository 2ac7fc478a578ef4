"""Home: what one can do here, and experiments to begin with."""

from ui import gallery

gallery.welcome()
gallery.tours()
gallery.labs()
gallery.presets()
