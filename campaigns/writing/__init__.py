"""What people write with: versions, their differences, half-typed texts, what to begin with."""
