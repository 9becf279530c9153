"""The peers' own side: each module runs in that peer's environment, which has nothing of Suar but this folder on its path."""
