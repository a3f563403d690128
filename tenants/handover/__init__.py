"""The hand-over: the only package that reaches the campaign side, through `campaigns.handover`."""
