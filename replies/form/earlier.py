"""Earlier versions of the questions: open months and stored replies still refer to them."""

from dataclasses import replace

from replies.form.schema import Question, after, options

CHANGED_1 = Question(
    key="changed",
    version=1,
    title="Has anything changed since last month?",
    hint="For example your job, your pay, your benefits, your home or your health.",
    options=options(yes="Yes", no="No"),
)

CHANGED_2 = replace(
    CHANGED_1,
    version=2,
    title="Has anything changed since our last check-in?",
    hint="For example your job, your pay, your benefits, your rent, your home or your health.",
)

HOURS_1 = Question(
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

HOUSEHOLD_1 = Question(
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

RENT_1 = Question(
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

EARLIER: tuple[Question, ...] = (CHANGED_1, CHANGED_2, HOURS_1, HOUSEHOLD_1, RENT_1)
"""Versions that no new month asks; open months and stored replies still refer to them."""
