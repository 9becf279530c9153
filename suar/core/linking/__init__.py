"""From comparisons to persons: what to propose for two subjects, and which subjects are one person."""
