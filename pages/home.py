"""Home: what one can do here, and experiments to begin with."""

from ui import ahead, gallery

gallery.welcome()
gallery.tours()
gallery.labs()
gallery.asking()
gallery.presets()
ahead.fetch()
