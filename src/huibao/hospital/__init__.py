"""The hospital interface: the national medical-insurance messages over HTTP, signed, against the use cases. SD-6.4, SD-7.2."""
