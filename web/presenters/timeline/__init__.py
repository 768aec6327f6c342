"""A search over time: columns, links, axis, and the chart made of them."""
