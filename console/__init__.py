"""Well Thought's web pages: write, approve and watch a month; read the released figures.

It holds the campaign side's credentials only. Nothing here can reach a reply or tell who answered.
"""
