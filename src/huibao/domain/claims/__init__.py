"""Claims: an accident from the first telephone call to the last fen, along one table of moves. SD-4.2, SD-6.3, SD-6.4.

`words` states, roles, verbs, causes, channels · `claim` what a claim is and what happened to it · `moves` the table
and the one function that moves a claim · `guards` what must hold before a move · `clocks` the terms of the law, with
pauses · `papers` what must be handed in · `injuries` grading by JR/T 0083-2013 · `assessment` the amount, by the
scheme · `beneficiaries` who receives it · `problems` what others may get wrong · `diagram` the table as a page.
"""
