"""What operators, methods and functions of Python compute, as far as it can be told."""
