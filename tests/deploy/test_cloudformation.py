"""The two stacks: valid, in the United Kingdom, tracking nobody, and each process with least."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from kit.sending_identity import SendingIdentity
from tests.deploy import aws_calls
from tests.deploy.sides import DEPLOY

FILES = sorted((DEPLOY / "aws").glob("*.yaml"))
CFN_LINT = str(Path(sys.executable).with_name("cfn-lint"))
UNSCOPED = {"ses:GetAccount"}
"""AWS knows no resource to name for these (Service Authorization Reference, SES v2)."""


NEEDED_BESIDES = {"s3:ListBucket"}
"""What no call is named after: with it S3 says of an anchor that it is not there yet."""
PROCESSES = {
    "campaign": ("beat", "console", "migrator", "operator", "worker"),
    "platform": ("beat", "migrator", "operator", "portal", "worker"),
}


class Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short functions, each kept as `{function: value}`."""


def _function(loader: Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.SequenceNode):
        return {suffix: loader.construct_sequence(node, deep=True)}
    return {suffix: loader.construct_scalar(node)}  # type: ignore[arg-type]


Loader.add_multi_constructor("!", _function)


def _template(side: str) -> dict[str, dict[str, Any]]:
    text = (DEPLOY / "aws" / f"{side}.yaml").read_text()
    template: dict[str, dict[str, Any]] = yaml.load(text, Loader)  # noqa: S506
    return template


STACKS = {file.stem: _template(file.stem)["Resources"] for file in FILES}
CAMPAIGN, PLATFORM = STACKS["campaign"], STACKS["platform"]


def _statements(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for statement in document["Statement"]:
        actions = statement["Action"]
        yield statement | {"Action": [actions] if isinstance(actions, str) else actions}


def _granted(stack: dict[str, dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """What each role may do, by its own policies."""
    granted: dict[str, list[dict[str, Any]]] = {}
    for name, resource in stack.items():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::IAM::Role":
            documents = [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
            granted.setdefault(name, []).extend(s for d in documents for s in _statements(d))
        if resource["Type"] == "AWS::IAM::Policy":
            for role in properties["Roles"]:
                granted.setdefault(role["Ref"], []).extend(
                    _statements(properties["PolicyDocument"])
                )
    return granted


def _actions(stack: dict[str, dict[str, Any]]) -> dict[str, set[str]]:
    return {
        role: {action for statement in statements for action in statement["Action"]}
        for role, statements in _granted(stack).items()
    }


def test_cfn_lint_finds_nothing() -> None:
    command = [CFN_LINT, "--regions", "eu-west-2", "--include-checks", "I"]
    checked = subprocess.run([*command, "--", *map(str, FILES)], capture_output=True, text=True)

    assert (0, "") == (checked.returncode, checked.stdout)


@pytest.mark.parametrize("side", STACKS)
def test_every_process_has_a_role_of_its_own_and_the_stack_prints_its_arn(side: str) -> None:
    roles = {name for name, each in STACKS[side].items() if each["Type"] == "AWS::IAM::Role"}
    processes = {f"{process.capitalize()}Role" for process in PROCESSES[side]}

    assert processes == roles
    outputs = _template(side)["Outputs"]
    for role in roles:
        assert {"GetAtt": f"{role}.Arn"} == outputs[f"{role}Arn"]["Value"]
        assert {"Sub": f"${{AWS::StackName}}-{role}"} == outputs[f"{role}Arn"]["Export"]["Name"]


@pytest.mark.parametrize("side", STACKS)
def test_a_role_is_for_tasks_of_this_account_or_for_the_certificate_of_its_process(
    side: str,
) -> None:
    for name, role in STACKS[side].items():
        if role["Type"] == "AWS::IAM::Role":
            in_ecs, elsewhere = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
            condition, by_certificate, otherwise = elsewhere["If"]
            assert {"Service": "ecs-tasks.amazonaws.com"} == in_ecs["Principal"]
            assert "aws:SourceAccount" in in_ecs["Condition"]["StringEquals"]
            assert ("OnMachinesOfOnesOwn", {"Ref": "AWS::NoValue"}) == (condition, otherwise)
            process = name.removesuffix("Role").lower()
            assert {"aws:PrincipalTag/x509Subject/CN": f"{side}-{process}"} == (
                by_certificate["Condition"]["StringEquals"]
            )
            assert {"aws:SourceArn": {"Ref": "TrustAnchor"}} == (
                by_certificate["Condition"]["ArnEquals"]
            )


def test_what_the_roles_may_do_is_what_the_code_calls() -> None:
    granted = {
        action
        for stack in STACKS.values()
        for actions in _actions(stack).values()
        for action in actions
    }
    used = {
        action
        for name in ("VaultKey", "EventsKey", "InboundKey")
        for stack in STACKS.values()
        if name in stack
        for statement in list(_statements(stack[name]["Properties"]["KeyPolicy"]))[1:]
        for action in statement["Action"]
    } - {"kms:GenerateDataKey"}

    assert set(aws_calls.actions()) | NEEDED_BESIDES == granted | used


def test_cfn_lint_finds_a_property_that_is_not_there(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    text = (DEPLOY / "aws" / "campaign.yaml").read_text()
    wrong.write_text(text.replace("TlsPolicy:", "TlsPolice:"))
    command = [CFN_LINT, "--", str(wrong)]

    assert 0 != subprocess.run(command, capture_output=True).returncode


def test_what_a_role_may_do_is_spelt_out() -> None:
    for stack in STACKS.values():
        for statements in _granted(stack).values():
            for statement in statements:
                assert [] == [action for action in statement["Action"] if "*" in action]
                assert statement["Resource"] != "*" or set(statement["Action"]) <= UNSCOPED


def test_each_process_of_the_campaign_side_may_do_its_own_task() -> None:
    assert {
        "WorkerRole": {
            *("ses:SendBulkEmail", "ses:SendEmail", "ses:GetAccount", "ses:GetEmailIdentity"),
            *("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
        },
        "ConsoleRole": {"ses:SendEmail"},
        "OperatorRole": {
            *("ses:GetAccount", "ses:GetEmailIdentity", "sqs:GetQueueAttributes"),
            "ses:GetConfigurationSetEventDestinations",
        },
        "BeatRole": set(),
        "MigratorRole": set(),
    } == _actions(CAMPAIGN)


def test_of_the_platform_side_only_the_workers_send_and_never_to_many() -> None:
    anchors = {"s3:GetObject", "s3:PutObject", "s3:ListBucket"}
    assert {
        "PortalRole": set(),
        "OperatorRole": {
            *("ses:GetAccount", "ses:GetEmailIdentity", "sqs:GetQueueAttributes"),
            *anchors,
        },
        "WorkerRole": {
            *("ses:SendEmail", "sqs:ReceiveMessage", "sqs:DeleteMessage", "s3:DeleteObject"),
            *anchors,
        },
        "BeatRole": set(),
        "MigratorRole": set(),
    } == _actions(PLATFORM)


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


def test_sending_names_the_one_identity_and_the_one_configuration_set() -> None:
    for stack in STACKS.values():
        for statements in _granted(stack).values():
            for statement in statements:
                if any(action.startswith("ses:Send") for action in statement["Action"]):
                    named = [
                        resource["Sub"].rsplit(":", 1)[1] for resource in statement["Resource"]
                    ]
                    assert [
                        "identity/${SendingDomain}",
                        "configuration-set/${ConfigurationSet}",
                    ] == named


def test_the_vaults_key_is_used_by_the_platform_alone_and_for_replies() -> None:
    key = PLATFORM["VaultKey"]["Properties"]["KeyPolicy"]
    administered, used, described = _statements(key)

    assert {"kms:Encrypt", "kms:Decrypt"} == set(used["Action"])
    assert {"PortalRole.Arn", "WorkerRole.Arn", "OperatorRole.Arn"} == {
        each["GetAtt"] for each in used["Principal"]["AWS"]
    }
    assert (["kms:DescribeKey"], used["Principal"]) == (
        described["Action"],
        described["Principal"],
    )
    assert {"kms:EncryptionContext:purpose": ["replies", "check"]} == (
        used["Condition"]["StringEquals"]
    )
    assert not {"kms:Encrypt", "kms:Decrypt", "kms:*"} & set(administered["Action"])
    assert "Retain" == PLATFORM["VaultKey"]["DeletionPolicy"]
    assert "kms:" not in str(_granted(CAMPAIGN))


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
        for statement in _statements(
            PLATFORM["InboundBucketPolicy"]["Properties"]["PolicyDocument"]
        )
        if statement["Effect"] == "Deny" and "Condition" not in statement
        for action in statement["Action"]
    }
    assert {"s3:GetObject", "s3:GetObjectVersion"} == denied
    for statements in _granted(PLATFORM).values():
        for statement in statements:
            if "InboundBucket" in str(statement["Resource"]):
                assert ["s3:DeleteObject"] == statement["Action"]


def test_replies_by_email_reach_the_platform_alone() -> None:
    assert not [name for name, each in CAMPAIGN.items() if "Receipt" in each["Type"]]
    (recipient,) = PLATFORM["InboundRule"]["Properties"]["Rule"]["Recipients"]

    assert _template("platform")["Outputs"]["ReplyTo"]["Value"] == recipient
    for name in ("InboundTopic", "InboundQueue"):
        assert {"GetAtt": "InboundKey.Arn"} == PLATFORM[name]["Properties"]["KmsMasterKeyId"]
