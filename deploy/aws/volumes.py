"""Volumes of compose.yaml as EFS file systems, each for the roles that mount it and no other."""

from policies import Node, allow, document, task_role

USER = "10001"
"""Who processes run as in the image, and so the owner of what they write."""
MOUNT, WRITE = "elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"


def mounts(service: Node) -> list[tuple[str, str, bool]]:
    """Yield each volume of a service: its name, its path, and whether it is read-only."""
    split = [(*each.split(":"), "rw")[:3] for each in service.get("volumes", ())]
    return [(volume, path, mode == "ro") for volume, path, mode in split]


def file_system(volume: str, services: Node) -> Node:
    """Return one volume's file system, whose policy admits only the roles that mount it."""
    name = _logical(volume)
    statements = [
        allow([MOUNT] if is_read_only else [MOUNT, WRITE], "*")
        | {
            "Principal": {"AWS": task_role(process)},
            "Condition": {"Bool": {"aws:SecureTransport": "true"}},
        }
        for process, service in services.items()
        for mounted, _, is_read_only in mounts(service)
        if mounted == volume
    ]
    system = {"Ref": name}
    targets = {
        f"{name}In{subnet[-1]}": {
            "Type": "AWS::EFS::MountTarget",
            "Properties": {
                "FileSystemId": system,
                "SubnetId": {"Ref": subnet},
                "SecurityGroups": [{"Ref": "FilesSecurityGroup"}],
            },
        }
        for subnet in ("SubnetA", "SubnetB")
    }
    owner = {"OwnerUid": USER, "OwnerGid": USER, "Permissions": "700"}
    root = {"Path": f"/{volume}", "CreationInfo": owner}
    return targets | {
        name: {
            "Type": "AWS::EFS::FileSystem",
            "UpdateReplacePolicy": "Retain",
            "DeletionPolicy": "Retain",
            "Properties": {
                "Encrypted": True,
                "BackupPolicy": {"Status": "ENABLED"},
                "FileSystemPolicy": document(statements),
            },
        },
        f"{name}Access": {
            "Type": "AWS::EFS::AccessPoint",
            "Properties": {
                "FileSystemId": system,
                "PosixUser": {"Uid": USER, "Gid": USER},
                "RootDirectory": root,
            },
        },
    }


def volume_of(volume: str) -> Node:
    """Return the entry of a task definition for a volume."""
    name = _logical(volume)
    return {
        "Name": volume,
        "EFSVolumeConfiguration": {
            "FilesystemId": {"Ref": name},
            "TransitEncryption": "ENABLED",
            "AuthorizationConfig": {"AccessPointId": {"Ref": f"{name}Access"}, "IAM": "ENABLED"},
        },
    }


def _logical(volume: str) -> str:
    return "".join(part.capitalize() for part in volume.split("-"))
