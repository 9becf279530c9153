"""SIAPkerja, the account and registration system of the Ministry of Manpower, as it might be: DOMAIN A3."""
