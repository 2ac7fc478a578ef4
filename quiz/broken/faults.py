"""The table of faults."""

from quiz.broken.fault import Fault
from quiz.broken.measures import Sign

FAULTS = {
    fault.id: fault
    for fault in (
        Fault(
            "rate_too_high",
            "The learning rate is far too high",
            "The start is ordinary, but in the first updates the weights change by several times their own size, and the loss "
            "jumps instead of falling.",
            "Goodfellow et al., Deep Learning, section 11.4.1",
            "rings",
            (("learning_rate", 10.0),),
            (
                Sign("early_ratio", low=2),
                Sign("start_loss", high=5),
                Sign("lowest_loss", low=0),
                Sign("excess", high=1.1),
            ),
            ("rate_down_100", "longer", "wider", "decay_on"),
        ),
        Fault(
            "rate_too_low",
            "The learning rate is far too low",
            "All curves are smooth and nearly flat: each update changes the weights by less than a thousandth of their size, "
            "and the loss still falls when the run ends.",
            "Goodfellow et al., Deep Learning, section 11.4.1",
            "rings",
            (("learning_rate", 1e-4),),
            (Sign("largest_ratio", low=1e-8, high=1e-3),),
            ("rate_up_1000", "longer", "wider", "norm_on"),
        ),
        Fault(
            "gradients_kept",
            "The gradients are not zeroed between updates",
            "The gradient that an update uses is many times that of its batch and grows from batch to batch, so the loss falls "
            "at first and then swings ever wider.",
            "PyTorch, torch.optim.Optimizer.zero_grad: gradients accumulate in .grad",
            "rings",
            (("zeroes_gradients", False),),
            (Sign("excess", low=1.5),),
            ("zero_gradients", "longer", "wider", "decay_on"),
        ),
        Fault(
            "softmax_twice",
            "The network ends in a softmax, and the loss applies another",
            "Accuracy is fine but the loss stays high: all outputs lie between 0 and 1, so no probability gets beyond "
            "e / (e + K − 1), and the loss never falls below minus its logarithm.",
            "PyTorch, nn.CrossEntropyLoss: the input holds unnormalized logits",
            "arms",
            (("ends_in_softmax", True),),
            (Sign("lowest_output", low=0), Sign("highest_output", low=0.5, high=1)),
            ("loss_on_logits", "longer", "wider", "rate_up_3"),
        ),
        Fault(
            "minus_missing",
            "The loss lacks its minus sign",
            "The loss falls below 0 and on without end, while accuracy is never better than guessing: the truth becomes ever "
            "less likely.",
            "Goodfellow et al., Deep Learning, section 5.5: the negative log-likelihood",
            "rings",
            (("has_minus", False),),
            (Sign("lowest_loss", high=-1),),
            ("minus_back", "rate_down_100", "wider", "decay_on"),
        ),
        Fault(
            "label_in_inputs",
            "An input gives the label away",
            "Training and validation are perfect almost at once, and fresh data is guessed: the answers hang on one input, "
            "whatever the others say.",
            "Kaufman et al. 2012, Leakage in data mining",
            "rings",
            (("third", "label"),),
            (Sign("third", low=0.3), Sign("fresh_gap", low=0.15)),
            ("drop_third", "dropout_on", "decay_on", "longer"),
        ),
        Fault(
            "labels_shuffled",
            "Labels of the training rows are mixed up",
            "Even training accuracy stays low, validation accuracy lies above it, and many training rows have another label "
            "than their neighbours, which validation rows have not.",
            "Northcutt et al. 2021, Pervasive label errors in test sets",
            "rings",
            (("mislabelled", 0.9),),
            (Sign("wrong_labels", low=0.2),),
            ("labels_joined", "longer", "wider", "rate_down_100"),
        ),
        Fault(
            "classes_in_turn",
            "The training rows come class after class",
            "The loss of the batches drops and jumps in time with the classes, since each batch has examples of one class and "
            "the network forgets the others.",
            "Bengio 2012, Practical recommendations for gradient-based training, section 2.1.1",
            "arms",
            (("order", "by class"),),
            (Sign("classes_per_batch", high=1.3),),
            ("rows_shuffled", "longer", "wider", "decay_on"),
        ),
        Fault(
            "weights_too_large",
            "The first weights are far too large",
            "Before the first update the loss is hundreds of times ln K, though the inputs are of ordinary size, and training "
            "repairs it only in part.",
            "He et al. 2015, Delving deep into rectifiers",
            "rings",
            (("weight_scale", 10.0),),
            (Sign("start_loss", low=20), Sign("input_range", high=10)),
            ("he_weights", "longer", "rate_up_3", "wider"),
        ),
        Fault(
            "weights_zero",
            "All first weights are 0",
            "The loss stays at ln K and every gradient of a weight is exactly 0, because the norm of the weights is 0 from the "
            "start.",
            "Goodfellow et al., Deep Learning, section 8.4",
            "rings",
            (("weight_scale", 0.0),),
            (Sign("start_weights", high=1e-6),),
            ("he_weights", "rate_up_1000", "biases_up", "wider"),
        ),
        Fault(
            "inputs_raw",
            "The inputs are not scaled",
            "Inputs reach into the thousands, so that the loss begins in the hundreds and the first updates throw the weights "
            "far away.",
            "LeCun et al. 1998, Efficient backprop, section 4.3",
            "rings",
            (("is_scaled", False),),
            (Sign("input_range", low=50),),
            ("inputs_scaled", "rate_down_100", "norm_on", "longer"),
        ),
        Fault(
            "validation_in_training",
            "The validation rows are training rows",
            "Validation equals training up to perfection on noisy data, while fresh data is far worse, though no single input "
            "explains it and answers do not depend on how one asks.",
            "Kapoor and Narayanan 2023, Leakage and the reproducibility crisis",
            "few",
            (("validation", "training rows"),),
            (
                Sign("validation", low=0.97),
                Sign("fresh_gap", low=0.12),
                Sign("third", high=0.29),
                Sign("in_batches", high=0.05),
            ),
            ("validation_apart", "longer", "wider", "decay_on"),
        ),
        Fault(
            "units_dead",
            "The hidden biases start far below 0",
            "The loss stays at ln K: before the first update every ReLU is dead on every example, although the weights are of "
            "ordinary size.",
            "Lu et al. 2019, Dying ReLU and initialization",
            "rings",
            (("hidden_bias", -10.0),),
            (Sign("dead_at_start", low=0.9), Sign("start_weights", low=0.1)),
            ("biases_zero", "norm_on", "rate_up_1000", "wider"),
        ),
        Fault(
            "no_activation",
            "There is no activation between the layers",
            "Everything looks healthy, but the loss stops early and high: a straight line of the inputs explains all of the "
            "outputs.",
            "Goodfellow et al., Deep Learning, section 6.1",
            "rings",
            (("activation", "linear"),),
            (Sign("linear_share", low=0.999),),
            ("relu_between", "deeper", "wider", "longer"),
        ),
        Fault(
            "decay_too_strong",
            "Weight decay is far too strong",
            "The norm of the weights falls steadily towards 0, in every layer and from the first update on, and the loss ends "
            "at ln K.",
            "Goodfellow et al., Deep Learning, section 7.1.1",
            "rings",
            (("weight_decay", 0.3),),
            (Sign("weights_left", high=0.2),),
            ("decay_down_1000", "longer", "wider", "rate_up_3"),
        ),
        Fault(
            "dropout_at_test",
            "Dropout stays on when the network is used",
            "The network contradicts itself: asked the same twice it gives other answers, and training, validation and fresh "
            "data all come out too low.",
            "Srivastava et al. 2014, Dropout; PyTorch, nn.Module.eval",
            "dropout",
            (("evaluates_in", "training"),),
            (Sign("asked_twice", low=0.03),),
            ("evaluation_mode", "deeper", "rate_down_100", "norm_on"),
            "dropout",
        ),
        Fault(
            "batch_norm_at_test",
            "Batch norm uses the batch's own statistics when the network is used",
            "Validation, asked all at once, is fine, but an answer depends on who is asked along with it: a few at a time, "
            "class after class, fresh data is guessed.",
            "Ioffe and Szegedy 2015, section 3.1; PyTorch, nn.Module.eval",
            "norm",
            (("evaluates_in", "training"),),
            (Sign("in_batches", low=0.2), Sign("asked_twice", high=0.01)),
            ("evaluation_mode", "longer", "wider", "decay_on"),
            "batch_norm",
        ),
        Fault(
            "statistics_frozen",
            "Batch norm's running statistics are never updated",
            "The loss of the batches falls, yet the same training rows are guessed in evaluation mode, which uses statistics "
            "that are still 0 and 1.",
            "Ioffe and Szegedy 2015, algorithm 2; PyTorch, nn.BatchNorm1d",
            "norm",
            (("follows_batches", False),),
            (Sign("mode_gap", low=0.2),),
            ("statistics_follow", "training_mode", "longer", "wider"),
            "batch_norm",
        ),
    )
}
