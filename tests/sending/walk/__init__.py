"""Small models of the sending, walked completely, breadth first, over the real table.

One or two deliveries, two workers, SES, its events, staff, the platform, a backup. Each change of a
delivery is what `in_memory.follow` makes of it; a model only decides what happens when. Where the
engine asks before it acts (may this be posted, is the database behind the mark), so does the model.

`state` holds what a state is and the models, `workers` and `surroundings` the steps, `invariants`
what must hold in every state, and `walking` goes through them all.
"""
