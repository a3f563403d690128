"""The checks before an approval, with findings in plain words. Pure."""
