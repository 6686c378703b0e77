"""The web console: pages by audience. Nothing here decides or stores: a page asks a use case and shows the answer."""
