"""The chaos suite: a real fleet under real faults, judged by what SES took. See docs/chaos.md."""
