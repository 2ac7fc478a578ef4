"""Gradients, optimizers, schedules and penalties a second way: closed forms, differences, NumPy, PyTorch's schedulers."""

import math

import numpy as np
import torch
import torch.nn.functional as F
from scipy.special import expit
from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR


def slope(function, at):
    """A central difference: exact for what is linear or a parabola nearby."""
    return (function(at + 0.25) - function(at - 0.25)) / 0.5


def relu_slope(x, weights, biases, v):
    live = np.array(weights) * x + biases > 0
    return np.sum(np.array(v)[live] * np.array(weights)[live])


def sigmoid_chain(weights, z):
    return np.prod(np.array(weights) * expit(z) * expit(np.negative(z)))


def clipped(gradient, limit):
    angle = math.atan2(gradient[1], gradient[0])
    return (limit * math.cos(angle), limit * math.sin(angle))


def adam_second(gradients, rate, beta1, beta2):
    """The corrected averages as what they are: weighted means."""
    mean = np.average(gradients, weights=[beta1, 1])
    square = np.average(np.square(gradients), weights=[beta2, 1])
    return -rate * mean / math.sqrt(square)


def scheduled(scheduler, rate, step, **settings):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=rate)
    schedule = scheduler(optimizer, **settings)
    for _ in range(step):
        optimizer.step()
        schedule.step()
    return schedule.get_last_lr()[0]


def stopped(losses, patience):
    """The first epoch after whose patience there is nothing lower than before it."""
    best = [min(losses[: place + 1]) for place in range(len(losses))]
    return next(place for place in range(patience, len(losses)) if best[place] == best[place - patience]) + 1


def dropout_variance(terms, rate):
    return sum(term**2 * (1 / (1 - rate) - 1) for term in terms)


def soft_threshold(start, gradient, rate, strength):
    return float(F.softshrink(torch.tensor(start - rate * gradient, dtype=torch.float64), rate * strength))


def ridge(x, y, strength):
    """Least squares with one more example, of weight ``strength``, that says 0."""
    inputs = np.array([*x, math.sqrt(strength)])[:, None]
    return np.linalg.lstsq(inputs, np.array([*y, 0.0]), rcond=None)[0][0]


def through_layers(width, deviation, layers):
    return math.exp(layers * (math.log(width / 2) + 2 * math.log(deviation)))


WAYS = {
    "gradient-of-two-paths": lambda a, b, c: slope(lambda at: (at * b + c) * at, a),
    "weight-gradient-of-a-batch": lambda x, delta, row, column: (np.array(delta).T @ np.array(x))[row - 1, column - 1],
    "slope-of-a-relu-network": relu_slope,
    "sigmoid-chain": sigmoid_chain,
    "residual-product": lambda factor, blocks: (1 + factor) ** blocks,
    "gradient-through-time": lambda weight, entry, steps: entry * weight**steps,
    "clip-by-norm": clipped,
    "momentum-two-steps": lambda start, gradients, rate, beta: start - rate * np.dot(gradients, [1 + beta, 1]),
    "nesterov-two-steps": lambda start, gradients, rate, beta: (
        start - rate * np.dot(gradients, [1 + beta + beta**2, 1 + beta])
    ),
    "rmsprop-step": lambda average, gradient, rate, alpha: (
        rate * abs(gradient) / np.hypot(math.sqrt(alpha * average), math.sqrt(1 - alpha) * gradient)
    ),
    "adam-first-step": lambda gradient, rate, beta1, beta2: -rate if gradient > 0 else rate,
    "adam-second-step": adam_second,
    "adamw-first-step": lambda start, gradient, rate, decay: start * (1 - rate * decay) - rate * np.sign(gradient),
    "cosine-schedule": lambda rate, floor, steps, share: scheduled(
        CosineAnnealingLR, rate, round(share * steps), T_max=steps, eta_min=floor * rate
    ),
    "warm-up-schedule": lambda rate, first, steps, share: scheduled(
        LinearLR, rate, round(share * steps), start_factor=first, total_iters=steps
    ),
    "updates-of-a-training": lambda examples, batch, epochs: len(range(0, examples, batch)) * epochs,
    "early-stopping-epoch": stopped,
    "xavier-deviation": lambda inputs, outputs: math.sqrt(2 / (inputs + outputs)),
    "xavier-uniform-bound": lambda inputs, outputs: math.sqrt(6 / (inputs + outputs)),
    "he-deviation-of-a-conv": lambda inputs, outputs, kernel: math.sqrt(2 / inputs) / kernel,
    "default-deviation-of-linear": lambda inputs, outputs: 1 / math.sqrt(3 * inputs),
    "mean-square-through-layers": through_layers,
    "dropout-scaling": lambda activation, rate: activation / (1 - rate),
    "dropout-variance": dropout_variance,
    "weight-decay-step": lambda start, gradient, rate, decay: (1 - rate * decay) * start - rate * gradient,
    "l2-penalty-gradient": lambda weights, strength, place: slope(lambda w: strength * w**2, weights[place - 1]),
    "soft-threshold-step": soft_threshold,
    "ridge-weight": ridge,
}
