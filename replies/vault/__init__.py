"""The vault: each reply is encrypted under its tenant's own key, which a master key wraps."""
