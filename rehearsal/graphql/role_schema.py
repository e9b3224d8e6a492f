"""The part of the schema of ``/metadata`` that is about roles (the DTOs of Twenty 2.21's source)."""

from __future__ import annotations

ROLES = """
type Role {
  id: UUID! label: String! description: String isEditable: Boolean! canUpdateAllSettings: Boolean! canAccessAllTools: Boolean!
  canReadAllObjectRecords: Boolean! canUpdateAllObjectRecords: Boolean! canSoftDeleteAllObjectRecords: Boolean!
  canDestroyAllObjectRecords: Boolean! canBeAssignedToUsers: Boolean! canBeAssignedToAgents: Boolean!
  canBeAssignedToApiKeys: Boolean! permissionFlags: [RolePermissionFlag!] objectPermissions: [ObjectPermission!]
}
type ObjectPermission {
  objectMetadataId: UUID! canReadObjectRecords: Boolean canUpdateObjectRecords: Boolean
  canSoftDeleteObjectRecords: Boolean canDestroyObjectRecords: Boolean
}
type RolePermissionFlag { id: UUID! roleId: UUID! flag: String! }
input CreateRoleInput {
  id: String label: String! description: String icon: String canUpdateAllSettings: Boolean canAccessAllTools: Boolean
  canReadAllObjectRecords: Boolean canUpdateAllObjectRecords: Boolean canSoftDeleteAllObjectRecords: Boolean
  canDestroyAllObjectRecords: Boolean canBeAssignedToUsers: Boolean canBeAssignedToAgents: Boolean
  canBeAssignedToApiKeys: Boolean
}
input ObjectPermissionInput {
  objectMetadataId: UUID! canReadObjectRecords: Boolean canUpdateObjectRecords: Boolean
  canSoftDeleteObjectRecords: Boolean canDestroyObjectRecords: Boolean
}
input UpsertObjectPermissionsInput { roleId: UUID! objectPermissions: [ObjectPermissionInput!]! }
input UpsertPermissionFlagsInput { roleId: UUID! permissionFlagKeys: [String!]! }
extend type Query { getRoles: [Role!]! }
extend type Mutation {
  createOneRole(createRoleInput: CreateRoleInput!): Role!
  deleteOneRole(roleId: UUID!): String!
  upsertObjectPermissions(upsertObjectPermissionsInput: UpsertObjectPermissionsInput!): [ObjectPermission!]!
  upsertPermissionFlags(upsertPermissionFlagsInput: UpsertPermissionFlagsInput!): [RolePermissionFlag!]!
}
"""
