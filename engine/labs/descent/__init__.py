"""The lab of optimizers on a network: rates, schedules, batches, landscape, sharpness, a race."""
