"""What the code around engines does to them: event loops, forks, tokens, cloud functions."""
