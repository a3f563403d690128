"""What an operator and the staff are told: figures, readiness, months in danger."""
