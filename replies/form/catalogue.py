"""The question catalogue, in plain English (reading age about nine).

What a question says never changes under its version. A better wording is a new version, added
here beside the old one, so that an open month and a reply that was kept go on meaning what the
tenant saw.
"""

from replies.form.schema import PREFER_NOT_TO_SAY, Option, Question, after, options

CHANGED = Question(
    key="changed",
    version=1,
    title="Has anything changed since last month?",
    hint="For example your job, your pay, your benefits, your home or your health.",
    options=options(yes="Yes", no="No"),
)
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

HOURS = Question(
    key="hours",
    version=1,
    topic="My hours or my pay",
    title="What has changed about your hours or your pay?",
    options=options(
        more="I get more hours or more pay",
        fewer="I get fewer hours or less pay",
        varies="My pay is different each time",
        sick="I am off sick with less pay",
        other="Something else",
    ),
    follow_ups=(
        Question(
            key="hours-lasting",
            version=1,
            title="How long do you think this will last?",
            asked_when=after("hours", "fewer", "varies", "sick"),
            options=options(
                month="About a month",
                longer="Two or three months",
                long="More than three months",
                unsure="I do not know",
            ),
        ),
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

HOUSEHOLD = Question(
    key="household",
    version=1,
    topic="The people I live with",
    title="What has changed about the people you live with?",
    options=options(
        joined="Somebody moved in",
        left="Somebody moved out",
        baby="There is a new baby, or one is on the way",
        died="Somebody died",
        other="Something else",
    ),
    follow_ups=(
        Question(
            key="household-money",
            version=1,
            title="Is there more or less money coming into your home?",
            asked_when=after("household", "joined", "left", "baby", "died", "other"),
            options=options(
                more="More money",
                less="Less money",
                same="About the same",
                unsure="I do not know yet",
            ),
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
    version=1,
    topic="My rent or my debts",
    title="What has changed about your rent or your debts?",
    options=options(
        harder="It is harder to pay my rent",
        behind="I am behind with my rent",
        debts="Other debts or bills worry me",
        easier="It is easier than it was",
        other="Something else",
    ),
    follow_ups=(
        Question(
            key="rent-plan",
            version=1,
            title="Have you agreed a way to pay back what you owe?",
            asked_when=after("rent", "behind", "debts"),
            options=options(
                yes="Yes, and I can keep to it",
                struggling="Yes, but I cannot keep to it",
                no="No, not yet",
            ),
        ),
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

CATALOGUE: tuple[Question, ...] = (WORK, HOURS, BENEFITS, HOUSEHOLD, HEALTH, RENT, SUPPORT)
"""Every version of every question that staff may pick, in the order that tenants meet them."""
