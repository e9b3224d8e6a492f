"""The permissions that docs/several-machines.md lists, as an administrator gives them."""

from contextlib import closing

from kafka import KafkaAdminClient
from kafka.admin import ACL, ACLOperation, ACLPermissionType, ACLResourcePatternType, ResourcePattern, ResourceType

TOPIC, GROUP, ID = ResourceType.TOPIC, ResourceType.GROUP, ResourceType.TRANSACTIONAL_ID
LISTED = (
    (TOPIC, "{}.", "DESCRIBE"),
    (TOPIC, "{}.", "CREATE"),
    (TOPIC, "{}.", "DESCRIBE_CONFIGS"),
    (TOPIC, "{}.", "READ"),
    (TOPIC, "{}.", "WRITE"),
    (ID, "cutover.{}.", "WRITE"),
    (GROUP, "cutover.{}.", "READ"),
)


def allow(address, user, prefix, listed=LISTED):
    """Give a user these permissions on what begins with the prefix."""
    with closing(KafkaAdminClient(bootstrap_servers=address)) as admin:
        acls = [
            ACL(
                principal=f"User:{user}",
                host="*",
                operation=ACLOperation[operation],
                permission_type=ACLPermissionType.ALLOW,
                resource_pattern=ResourcePattern(resource, name.format(prefix), ACLResourcePatternType.PREFIXED),
            )
            for resource, name, operation in listed
        ]
        assert not admin.create_acls(acls)["failed"]
