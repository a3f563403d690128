"""The hand-over: the one room that reaches the campaign side, through `campaigns.handover`."""
