"""What everything else builds on: settings, databases, clock, ids, errors, logs, AWS clients."""
