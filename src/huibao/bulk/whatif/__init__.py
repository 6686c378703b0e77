"""What it would cost if: many changes of a scheme's numbers over one set of claims, with intervals, and a page to show."""
