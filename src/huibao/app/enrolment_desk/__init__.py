"""A county's enrolment at the desk: foreseen with its money, handed on, approved by a second person, done once, listed."""
