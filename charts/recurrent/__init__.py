"""Pictures of recurrent networks: states, gates, gradients through time."""
