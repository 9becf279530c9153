"""SISKOP2MI, the placement and protection system of KP2MI, as it might be: DOMAIN A2."""
