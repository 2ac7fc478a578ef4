"""Variational autoencoders, GANs and diffusion by hand."""

import math

import torch
import torch.nn.functional as F
from torch.distributions import Normal, kl_divergence

from quiz.parametric.drawing import Row, grid, tenths
from quiz.parametric.family import Asked, DrawAgain, Family
from quiz.parametric.tensors import exact
from quiz.parametric.writing import eq, par, product, tex, vec


def _kl(mean: float, deviation: float) -> Asked:
    value = float(kl_divergence(Normal(exact(mean), exact(deviation)), Normal(exact(0.0), exact(1.0))))
    variance = deviation**2
    logarithm = math.log(variance)
    return Asked(
        text=f"An encoder gives one latent the mean ${tex(mean)}$ and the standard deviation ${tex(deviation)}$. What is the "
        r"Kullback-Leibler divergence of $N(\mu, \sigma^2)$ from $N(0, 1)$ in the loss of the VAE, in nats?",
        value=value,
        rule=r"$D_{KL} = \frac{1}{2}\left(\mu^2 + \sigma^2 - 1 - \ln \sigma^2\right)$, which is 0 for $\mu = 0$, $\sigma = "
        r"1$ only.",
        working=rf"$\frac{{1}}{{2}} \left({par(mean)}^2 + {tex(variance)} - 1 - ({tex(logarithm)})\right) {eq(value)}$",
        decimals=2,
        unit="nats",
        mistakes={
            "Forgot the $\\frac{1}{2}$.": 2 * value,
            "Put $\\sigma$ where $\\sigma^2$ belongs.": (mean**2 + deviation - 1 - math.log(deviation)) / 2,
            "Forgot the logarithm, which keeps $\\sigma$ from collapsing to 0.": (mean**2 + variance - 1) / 2,
            "Turned the divergence round: it is not symmetric.": (1 + mean**2) / (2 * variance) - 0.5 + logarithm / 2,
        },
    )


def _latent(mean: float, log_variance: float, noise: float) -> Asked:
    value = float(exact(mean) + torch.exp(exact(log_variance) / 2) * noise)
    deviation = math.exp(log_variance / 2)
    return Asked(
        text=f"The encoder of a VAE gives $\\mu = {tex(mean)}$ and $\\ln \\sigma^2 = {tex(log_variance)}$; the noise drawn is "
        rf"$\varepsilon = {tex(noise)}$. Which latent $z$ goes to the decoder?",
        value=value,
        rule=r"$z = \mu + \sigma \varepsilon$ with $\sigma = e^{\frac{1}{2} \ln \sigma^2}$: random, and yet differentiable "
        r"by $\mu$ and $\sigma$.",
        working=rf"$\sigma = e^{{{tex(log_variance / 2)}}} {eq(deviation)}$; ${tex(mean)} + {tex(deviation)} \cdot "
        rf"{par(noise)} {eq(value)}$",
        decimals=2,
        mistakes={
            "Scaled the noise with the variance: the half in the exponent was forgotten.": mean
            + math.exp(log_variance) * noise,
            "Took the log-variance for the deviation.": mean + log_variance * noise,
            "Left the noise out: that is the mean of the latent.": mean,
        },
    )


def _discriminator(real: float, fake: float) -> Asked:
    answers, wanted = exact([real, fake]), exact([1.0, 0.0])
    value = float(F.binary_cross_entropy(answers, wanted, reduction="sum"))
    return Asked(
        text=f"A discriminator gives ${tex(real)}$ to a real example and ${tex(fake)}$ to a generated one, as "
        f"probabilities of being real. "
        "What is its loss, the sum of the two binary cross-entropies, in nats?",
        value=value,
        rule=r"$-\ln D(x) - \ln(1 - D(G(z)))$; where it cannot tell them apart it gives $\frac{1}{2}$ and loses $\ln 4 "
        r"\approx 1.386$.",
        working=rf"$-\ln {tex(real)} - \ln(1 - {tex(fake)}) \approx {tex(-math.log(real))} + {tex(-math.log(1 - fake))} "
        rf"{eq(value)}$",
        decimals=2,
        unit="nats",
        mistakes={
            "Took $\\ln D(G(z))$: a generated example has the label 0, so $1 - D$ counts.": -math.log(real)
            - math.log(fake),
            "Averaged the two: asked for is their sum.": value / 2,
            "That is the part of the real example only.": -math.log(real),
            "Turned the sign round: the logarithm of a probability is negative, its loss is not.": -value,
        },
    )


def _noised(start: float, noise: float, betas: tuple[float, ...]) -> Asked:
    if start == noise:
        raise DrawAgain
    kept = torch.cumprod(1 - exact(betas), dim=0)[-1]
    value = float(kept.sqrt() * start + (1 - kept).sqrt() * noise)
    share = float(kept)
    return Asked(
        text=f"Diffusion adds noise in three steps with $\\beta = {vec(betas)}$. Which $x_3$ comes of $x_0 = {tex(start)}$ "
        f"and the noise "
        rf"$\varepsilon = {tex(noise)}$, drawn once for all three steps?",
        value=value,
        rule=r"$x_t = \sqrt{\bar\alpha_t}\, x_0 + \sqrt{1 - \bar\alpha_t}\, \varepsilon$ with $\bar\alpha_t = \prod_s (1 - "
        r"\beta_s)$: any "
        "step is reached at once.",
        working=rf"$\bar\alpha_3 = {product(1 - beta for beta in betas)} {eq(share)}$; $\sqrt{{{tex(share)}}} \cdot "
        rf"{par(start)} + \sqrt{{{tex(1 - share)}}} \cdot {par(noise)} {eq(value)}$",
        decimals=2,
        mistakes={
            "Forgot the roots: they keep the variance at 1.": share * start + (1 - share) * noise,
            "Took the last step only: $\\bar\\alpha$ multiplies all of them.": math.sqrt(1 - betas[-1]) * start
            + math.sqrt(betas[-1]) * noise,
            "Kept the signal whole: it is shrunk while noise comes in.": start + math.sqrt(1 - share) * noise,
            "Swapped the two parts.": math.sqrt(1 - share) * start + math.sqrt(share) * noise,
        },
    )


FAMILIES = (
    Family(
        id="gaussian-kl",
        topic="generative",
        level="practitioner",
        title="The divergence of a latent from its prior",
        source="Kingma & Welling 2014, appendix B",
        draws={"mean": tenths(-2.0, 2.0), "deviation": (0.2, 0.25, 0.4, 0.5, 0.6, 0.8, 1.5, 2.0)},
        ask=_kl,
    ),
    Family(
        id="reparametrized-latent",
        topic="generative",
        level="foundation",
        title="Drawing a latent",
        source="Kingma & Welling 2014, section 2.4",
        draws={"mean": tenths(-2.0, 2.0), "log_variance": grid(-3.0, 2.0, 0.2), "noise": tenths(-2.0, 2.0)},
        ask=_latent,
    ),
    Family(
        id="discriminator-loss",
        topic="generative",
        level="foundation",
        title="The loss of a discriminator",
        source="Goodfellow et al. 2014, equation 1",
        draws={"real": grid(0.3, 0.95, 0.05), "fake": grid(0.05, 0.7, 0.05)},
        ask=_discriminator,
        chosen=True,
    ),
    Family(
        id="diffusion-step",
        topic="generative",
        level="practitioner",
        title="Noise in three steps at once",
        source="Ho et al. 2020, equation 4",
        draws={
            "start": grid(-2.0, 2.0, 0.5),
            "noise": tenths(-1.5, 1.5),
            "betas": Row(3, (0.05, 0.1, 0.2, 0.3, 0.4), distinct=True),
        },
        ask=_noised,
    ),
)
