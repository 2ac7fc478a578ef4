"""The one table of guided tours, in the order in which they build on each other."""

from engine.tours.networks import BOUNDARY, DEPTH, NONLINEARITY
from engine.tours.tour import Tour
from engine.tours.training import BATCH, RATE, SCALING
from engine.tours.trouble import DEAD, OVERFITTING, VANISHING

TOURS: dict[str, Tour] = {
    tour.id: tour for tour in (BOUNDARY, NONLINEARITY, DEPTH, RATE, BATCH, SCALING, OVERFITTING, DEAD, VANISHING)
}
