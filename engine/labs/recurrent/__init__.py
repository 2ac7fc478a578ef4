"""What a recurrent network holds on to, and how far back its gradient reaches."""
