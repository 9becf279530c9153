"""The legal clock of register entries: from when to when a measure holds, computed and never guessed."""
