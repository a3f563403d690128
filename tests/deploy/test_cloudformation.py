"""The two stacks: valid, in the United Kingdom, tracking nobody, and deleting what is received."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from kit.sending_identity import SendingIdentity
from tests.deploy import stacks
from tests.deploy.sides import DEPLOY
from tests.deploy.stacks import (
    CAMPAIGN,
    FILES,
    PLATFORM,
    STACKS,
    Loader,
)

CFN_LINT = str(Path(sys.executable).with_name("cfn-lint"))


def test_cfn_lint_finds_nothing() -> None:
    command = [CFN_LINT, "--regions", "eu-west-2", "--include-checks", "I"]
    checked = subprocess.run([*command, "--", *map(str, FILES)], capture_output=True, text=True)

    assert (0, "") == (checked.returncode, checked.stdout)


def test_cfn_lint_finds_a_property_that_is_not_there(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    text = (DEPLOY / "aws" / "campaign.yaml").read_text()
    wrong.write_text(text.replace("TlsPolicy:", "TlsPolice:"))
    command = [CFN_LINT, "--", str(wrong)]

    assert 0 != subprocess.run(command, capture_output=True).returncode


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_stack_prints_the_records_that_the_doctor_asks_for(file: Path) -> None:
    stack = yaml.load(file.read_text(), Loader)  # noqa: S506
    mail_from = stack["Resources"]["Identity"]["Properties"]["MailFromAttributes"]
    identity = SendingIdentity(
        name="${SendingDomain}",
        is_verified=False,
        dkim_status="PENDING",
        dkim_targets=(),
        mail_from=mail_from["MailFromDomain"]["Sub"],
        mail_from_status="PENDING",
        region="${AWS::Region}",
    )
    needed = [str(record) for record in (*identity.mail_from_records(), identity.dmarc_record)]

    outputs = stack["Outputs"]
    assert needed == [
        outputs[name]["Value"]["Sub"] for name in ("MailFromMx", "MailFromSpf", "Dmarc")
    ]
    assert {"Dkim1", "Dkim2", "Dkim3"} <= set(outputs)


def test_every_event_is_told_of_and_nobody_is_tracked() -> None:
    events = CAMPAIGN["EventDestination"]["Properties"]["EventDestination"]["MatchingEventTypes"]

    assert {
        *("SEND", "DELIVERY", "BOUNCE", "COMPLAINT", "REJECT", "DELIVERY_DELAY"),
        *("RENDERING_FAILURE", "SUBSCRIPTION"),
    } == set(events)
    for stack in STACKS.values():
        properties = stack["ConfigurationSet"]["Properties"]
        assert "TrackingOptions" not in properties
        assert "DISABLED" == properties["VdmOptions"]["DashboardOptions"]["EngagementMetrics"]
    assert not [each for each in PLATFORM.values() if "EventDestination" in each["Type"]]


def test_events_are_sealed_on_their_way_and_none_is_lost_silently() -> None:
    for name in ("EventsTopic", "EventsQueue", "LostEvents"):
        assert {"GetAtt": "EventsKey.Arn"} == CAMPAIGN[name]["Properties"]["KmsMasterKeyId"]
    redrive = CAMPAIGN["EventsQueue"]["Properties"]["RedrivePolicy"]
    assert {"GetAtt": "LostEvents.Arn"} == redrive["deadLetterTargetArn"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_stack_refuses_every_region_but_london(file: Path) -> None:
    rules = yaml.load(file.read_text(), Loader)["Rules"]  # noqa: S506

    assert [{"Equals": [{"Ref": "AWS::Region"}, "eu-west-2"]}] == [
        each["Assert"] for rule in rules.values() for each in rule["Assertions"]
    ]


def test_a_reply_by_email_is_deleted_within_a_day_and_read_by_nobody() -> None:
    (rule,) = PLATFORM["InboundRule"]["Properties"]["Rule"]["Actions"]
    assert {"BucketName": {"Ref": "InboundBucket"}, "TopicArn": {"Ref": "InboundTopic"}} == (
        rule["S3Action"]
    )
    (expiry,) = PLATFORM["InboundBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    assert ("Enabled", 1) == (expiry["Status"], expiry["ExpirationInDays"])
    assert 86400 == PLATFORM["InboundQueue"]["Properties"]["MessageRetentionPeriod"]

    denied = {
        action
        for statement in stacks.statements(
            PLATFORM["InboundBucketPolicy"]["Properties"]["PolicyDocument"]
        )
        if statement["Effect"] == "Deny" and "Condition" not in statement
        for action in statement["Action"]
    }
    assert {"s3:GetObject", "s3:GetObjectVersion"} == denied
    for statements in stacks.granted(PLATFORM).values():
        for statement in statements:
            if "InboundBucket" in str(statement["Resource"]):
                assert ["s3:DeleteObject"] == statement["Action"]


def test_replies_by_email_reach_the_platform_alone() -> None:
    assert not [name for name, each in CAMPAIGN.items() if "Receipt" in each["Type"]]
    (recipient,) = PLATFORM["InboundRule"]["Properties"]["Rule"]["Recipients"]

    assert stacks.template("platform")["Outputs"]["ReplyTo"]["Value"] == recipient
    for name in ("InboundTopic", "InboundQueue"):
        assert {"GetAtt": "InboundKey.Arn"} == PLATFORM[name]["Properties"]["KmsMasterKeyId"]
