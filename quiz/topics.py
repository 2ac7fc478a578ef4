"""What is asked about: the table of topics, in the order in which the subject builds up."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """A part of the subject. Its questions are in ``assets/questions/<id>.yaml``."""

    id: str
    title: str
    page: str = ""
    """The page where one sees most of it; empty where there is none yet."""


TOPICS = {
    topic.id: topic
    for topic in (
        Topic("networks", "Feed-forward networks", "playground"),
        Topic("activations", "Activations", "activations"),
        Topic("losses", "Losses", "activations"),
        Topic("backpropagation", "Backpropagation", "backpropagation"),
        Topic("optimizers", "Optimizers", "optimizers"),
        Topic("initialization", "Initialization", "initialization"),
        Topic("gradients", "Vanishing and exploding gradients", "gradient_flow"),
        Topic("regularization", "Regularization", "regularization"),
        Topic("normalization", "Batch and layer norm", "regularization"),
        Topic("convolution", "Convolution", "convolution"),
        Topic("vision", "Vision", "vision"),
        Topic("embeddings", "Tokens and embeddings", "tokens"),
        Topic("recurrent", "RNN, LSTM, GRU", "recurrent"),
        Topic("attention", "Attention", "attention"),
        Topic("transformers", "Transformers", "transformer"),
        Topic("generative", "Autoencoders, VAE, GAN, diffusion"),
        Topic("practice", "Training in practice", "playground"),
        Topic("mistakes", "Spot the mistake"),
        Topic("broken", "Break it and mend it", "playground"),
        Topic("predictions", "Predict, then run", "playground"),
    )
}
