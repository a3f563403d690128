"""Each process has a role of its own, and each role the least it needs."""

import pytest

from tests.deploy import aws_calls, stacks
from tests.deploy.stacks import CAMPAIGN, PLATFORM, PROCESSES, STACKS

UNSCOPED = {"ses:GetAccount"}
"""AWS knows no resource to name for these (Service Authorization Reference, SES v2)."""
NEEDED_BESIDES = {"s3:ListBucket"}
"""What no call is named after: with it S3 says of an anchor that it is not there yet."""


@pytest.mark.parametrize("side", STACKS)
def test_every_process_has_a_role_of_its_own_and_the_stack_prints_its_arn(side: str) -> None:
    roles = {name for name, each in STACKS[side].items() if each["Type"] == "AWS::IAM::Role"}
    processes = {f"{process.capitalize()}Role" for process in PROCESSES[side]}

    assert processes == roles
    outputs = stacks.template(side)["Outputs"]
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
        for actions in stacks.actions(stack).values()
        for action in actions
    }
    used = {
        action
        for name in ("VaultKey", "EventsKey", "InboundKey")
        for stack in STACKS.values()
        if name in stack
        for statement in list(stacks.statements(stack[name]["Properties"]["KeyPolicy"]))[1:]
        for action in statement["Action"]
    } - {"kms:GenerateDataKey"}

    assert set(aws_calls.actions()) | NEEDED_BESIDES == granted | used


def test_what_a_role_may_do_is_spelt_out() -> None:
    for stack in STACKS.values():
        for statements in stacks.granted(stack).values():
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
    } == stacks.actions(CAMPAIGN)


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
    } == stacks.actions(PLATFORM)


def test_sending_names_the_one_identity_and_the_one_configuration_set() -> None:
    for stack in STACKS.values():
        for statements in stacks.granted(stack).values():
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
    administered, used, described = stacks.statements(key)

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
    assert "kms:" not in str(stacks.granted(CAMPAIGN))
