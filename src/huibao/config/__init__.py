"""The one place that wires the layers together: settings today, routes when there are pages."""
