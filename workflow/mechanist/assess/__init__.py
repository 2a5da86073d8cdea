"""Scores, intervals from resampling whole samples, and the scoreboard."""
