"""The vault: each reply sealed under its tenant's own key, which a master key wraps."""
