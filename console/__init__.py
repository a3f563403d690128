"""Well Thought's web pages: write, approve and watch a month; read the released figures.

It has the campaign side's credentials only, so it can neither read a reply nor tell who answered.
"""
