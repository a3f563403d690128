"""What an operator and the staff are told: metrics, readiness, months in danger."""
