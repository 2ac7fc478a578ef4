"""Networks that read and write sequences: tasks with known answers, recurrent networks, transformers, their runs."""
