"""The ground floor: settings, databases, clock, ids, errors, logging and the AWS clients."""
