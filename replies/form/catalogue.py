"""The question catalogue, in plain English (reading age about nine).

What a question says never changes under its version. A better wording is a new version here, and
the old one goes to `replies.form.earlier`, so that an open month and a stored reply still mean what
the tenant saw.
"""

from dataclasses import replace

from replies.form.earlier import CHANGED_2, HOURS_1, HOUSEHOLD_1, RENT_1
from replies.form.schema import PREFER_NOT_TO_SAY, Option, Question, after, options

CHANGED = replace(CHANGED_2, version=3, dated="Has anything changed %(period)s?")
"""Asked first in every month. In one that asks about support, `no-but-help` joins the answers."""

NO_BUT_HELP = Option("no-but-help", "No, but I would like some help")

WORK = Question(
    key="work",
    version=1,
    topic="My work",
    title="What has changed about your work?",
    options=options(
        started="I started a job",
        moved="I moved to another job",
        ended="My job ended",
        ending="I was told that my job will end",
        other="Something else",
    ),
    follow_ups=(
        Question(
            key="work-when",
            version=1,
            title="When does your pay change?",
            asked_when=after("work", "started", "moved", "ended", "ending"),
            options=options(
                now="It has changed already",
                this_month="Later this month",
                later="Next month or later",
                same="It stays about the same",
            ),
        ),
    ),
)

HOURS = replace(
    HOURS_1,
    version=2,
    options=options(
        more="I get more hours or more pay",
        fewer="I get fewer hours or less pay",
        varies="My pay is different each time",
        payday="My pay day moved",
        sick="I am off sick with less pay",
        other="Something else",
    ),
)

BENEFITS = Question(
    key="benefits",
    version=1,
    topic="My benefits",
    title="What has changed about your benefits?",
    options=options(
        started="I started to get a benefit",
        more="I get more than before",
        less="I get less than before",
        stopped="A benefit stopped",
        waiting="I am waiting to hear about a claim",
    ),
    follow_ups=(
        Question(
            key="benefits-which",
            version=1,
            title="Which benefits are they?",
            hint="Choose all that apply.",
            many=True,
            asked_when=after("benefits", "started", "more", "less", "stopped", "waiting"),
            options=options(
                universal_credit="Universal Credit",
                housing="Housing Benefit",
                council_tax="Help with Council Tax",
                disability="PIP or another disability benefit",
                carer="Carer’s Allowance",
                pension="State Pension or Pension Credit",
                other="Another benefit",
            ),
        ),
    ),
)

HOUSEHOLD = replace(
    HOUSEHOLD_1,
    version=2,
    options=options(
        joined="Somebody moved in",
        left="Somebody moved out",
        separated="My partner and I separated",
        baby="There is a new baby, or one is on the way",
        died="Somebody died",
        other="Something else",
    ),
    follow_ups=(
        replace(
            HOUSEHOLD_1.follow_ups[0],
            version=2,
            asked_when=after("household", "joined", "left", "separated", "baby", "died", "other"),
        ),
    ),
)

HEALTH = Question(
    key="health",
    version=1,
    topic="My health or a disability",
    title="What has changed about your health or a disability?",
    options=options(
        new="I have a new illness, injury or disability",
        worse="It has got worse",
        better="It has got better",
        caring="I now look after somebody who is ill or disabled",
        other="Something else",
    ),
    follow_ups=(
        Question(
            key="health-work",
            version=1,
            title="Does this change how much you can work?",
            asked_when=after("health", "new", "worse", "better", "caring"),
            options=options(
                less="Yes, I can work less",
                more="Yes, I can work more",
                same="No, it stays the same",
                no_work="I do not work",
            ),
        ),
    ),
)

RENT = Question(
    key="rent",
    version=2,
    topic="My rent or my debts",
    title="What has changed about your rent or your debts?",
    options=options(
        up="My rent went up",
        harder="It is harder to pay my rent",
        behind="I am behind with my rent",
        letter="I got a letter about court or about losing my home",
        deductions="A debt is now taken from my pay or my benefits",
        debts="Other debts or bills worry me",
        easier="It is easier than it was",
        other="Something else",
    ),
    follow_ups=(
        Question(
            key="rent-court",
            version=1,
            title="Is there a date for court or for leaving your home?",
            asked_when=after("rent", "letter"),
            options=options(
                soon="Yes, within four weeks",
                later="Yes, later than that",
                no="No, not yet",
                unsure="I do not know",
            ),
        ),
        replace(
            RENT_1.follow_ups[0], version=2, asked_when=after("rent", "behind", "letter", "debts")
        ),
    ),
)

MOVING = Question(
    key="moving",
    version=1,
    topic="Moving home",
    title="What is changing about where you live?",
    options=options(
        moved="I have moved",
        will_move="I will move soon",
        must_leave="I have to leave and have nowhere to go yet",
        staying="I wanted to move, but I am staying",
        other="Something else",
    ),
)

SOON = Question(
    key="soon",
    version=1,
    topic="Something that will change soon",
    title="What will change soon?",
    hint="Choose all that apply.",
    many=True,
    options=options(
        work="My work, my hours or my pay",
        benefits="My benefits",
        household="The people I live with",
        health="My health or a disability",
        rent="My rent or my home",
        other="Something else",
    ),
)

OTHER = Question(
    key="other",
    version=1,
    topic="Something else",
    title="How does this change your money?",
    options=options(
        less="I have less money than before",
        more="I have more money than before",
        same="About the same",
        unsure="I do not know yet",
    ),
)

SUPPORT = Question(
    key="support",
    version=1,
    topic="Help",
    title="What help would you like?",
    hint="Choose all that apply.",
    many=True,
    asked_when=after("changed", "yes", NO_BUT_HELP.key),
    options=(
        Option("rent", "Changing how I pay my rent"),
        Option("benefits", "Checking which benefits I can get"),
        Option("debts", "Advice about debts"),
        Option("bills", "Help with energy bills or food"),
        Option("work", "Finding work or more hours"),
        Option("health", "Help with my health, or somebody to talk to"),
        Option("none", "No help, thank you", alone=True),
        PREFER_NOT_TO_SAY,
    ),
)

CATALOGUE: tuple[Question, ...] = (
    WORK,
    HOURS,
    BENEFITS,
    HOUSEHOLD,
    HEALTH,
    RENT,
    MOVING,
    SOON,
    OTHER,
    SUPPORT,
)
"""The newest version of each question that staff may pick, in the order that tenants meet them."""
