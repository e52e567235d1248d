"""Least travel in all: the p-median, with and without capacities."""
