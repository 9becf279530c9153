"""`suar evaluate`: the desks judged against the truth of an invented nation that neither they nor their policy have ever seen."""
