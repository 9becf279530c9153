"""The interview: one questionnaire for the whole country, answers beside the registers, and how far two officers agree."""
