"""The one data standard: what each record means, how sources say it, and what is returned to them."""
