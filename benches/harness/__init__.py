"""What `benches/compare.py` is made of: logs, works, measuring, results, the page."""
