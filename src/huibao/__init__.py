"""Huibao (惠保): runs government-sponsored inclusive insurance, from rosters and a scheme file to balanced books."""

__version__ = "0.1.0"
