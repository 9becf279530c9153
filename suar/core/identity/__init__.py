"""What identifies a human, a document or a place in Indonesia, read from the way people and systems write it.

Every reader takes text and gives a `Read`: a value with remarks, or faults. No reader raises on any text, keeps state
or knows today. A fault never repeats the whole of what it refuses: faults are stored, and stored rows hold no
identity in plain (SECURITY 5).
"""
