"""What a server refuses for a reason that the person can mend: told as it is, and no error of the program."""


class Refusal(ValueError):
    """The message says what was asked, what is allowed and what to do: it is shown to the visitor as it stands."""
