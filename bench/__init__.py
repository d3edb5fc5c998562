"""Ratios against named baselines, in one run: ``make bench``."""
