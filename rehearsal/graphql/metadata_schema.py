"""The GraphQL schema of ``/metadata``, as far as a migration needs it (cassettes ``metadata-graphql``, ``metadata-list``,
``files``).
"""

from __future__ import annotations

from functools import cache

from graphql import GraphQLSchema, build_schema

from rehearsal.graphql.layout_schema import LAYOUT
from rehearsal.graphql.role_schema import ROLES
from rehearsal.model.model import FIELD_TYPES
from rehearsal.values.forms import Form

SDL = f"""
scalar UUID
scalar JSON
scalar DateTime
scalar Upload
scalar ConnectionCursor

enum FieldMetadataType {{ {" ".join(FIELD_TYPES)} }}
enum RelationType {{ MANY_TO_ONE ONE_TO_MANY }}
enum FileFolder {{ ProfilePicture WorkspaceLogo Attachment PersonPicture CorePicture File AgentChat FilesField }}

type PageInfo {{ hasNextPage: Boolean hasPreviousPage: Boolean startCursor: ConnectionCursor endCursor: ConnectionCursor }}

type Relation {{
  type: RelationType!
  sourceObjectMetadata: Object!
  targetObjectMetadata: Object!
  sourceFieldMetadata: Field!
  targetFieldMetadata: Field!
}}

type Field {{
  id: UUID!
  universalIdentifier: UUID
  objectMetadataId: UUID!
  type: FieldMetadataType!
  name: String!
  label: String!
  description: String
  icon: String
  defaultValue: JSON
  options: JSON
  settings: JSON
  isActive: Boolean
  isSystem: Boolean
  isUIReadOnly: Boolean
  isNullable: Boolean
  isUnique: Boolean
  isLabelSyncedWithName: Boolean
  relation: Relation
  morphRelations: [Relation!]
  object: Object
  createdAt: DateTime!
  updatedAt: DateTime!
}}

type FieldEdge {{ node: Field! cursor: ConnectionCursor! }}
type FieldConnection {{ edges: [FieldEdge!]! pageInfo: PageInfo! }}

type Object {{
  id: UUID!
  universalIdentifier: UUID
  nameSingular: String!
  namePlural: String!
  labelSingular: String!
  labelPlural: String!
  description: String
  icon: String
  isActive: Boolean!
  isSystem: Boolean!
  isSearchable: Boolean!
  isUIReadOnly: Boolean!
  isLabelSyncedWithName: Boolean!
  labelIdentifierFieldMetadataId: UUID
  imageIdentifierFieldMetadataId: UUID
  fieldsList: [Field!]!
  fields(paging: CursorPaging): FieldConnection!
  createdAt: DateTime!
  updatedAt: DateTime!
}}

type ObjectEdge {{ node: Object! cursor: ConnectionCursor! }}
type ObjectConnection {{ edges: [ObjectEdge!]! pageInfo: PageInfo! }}

type StoredFile {{ id: UUID! path: String! size: Float! url: String! createdAt: DateTime! }}
type FileUpload {{ fileId: UUID! uploadUrl: String! contentType: String! }}
type Workspace {{ id: UUID! displayName: String }}
type WorkspaceInvitation {{ id: UUID! email: String! }}
type Invitations {{ success: Boolean! errors: [String!]! }}
type User {{ id: UUID! email: String }}

input CursorPaging {{ first: Int last: Int after: ConnectionCursor before: ConnectionCursor }}
input UUIDComparison {{ eq: UUID in: [UUID!] }}
input BooleanComparison {{ is: Boolean }}
input ObjectFilter {{ id: UUIDComparison isActive: BooleanComparison isSystem: BooleanComparison }}
input FieldFilter {{
  id: UUIDComparison objectMetadataId: UUIDComparison isActive: BooleanComparison isSystem: BooleanComparison
}}

input CreateObjectInput {{
  nameSingular: String! namePlural: String! labelSingular: String! labelPlural: String! description: String icon: String
  isLabelSyncedWithName: Boolean skipNameField: Boolean
}}
input CreateOneObjectInput {{ object: CreateObjectInput! }}
input UpdateObjectPayload {{
  nameSingular: String namePlural: String labelSingular: String labelPlural: String description: String icon: String
  isActive: Boolean isLabelSyncedWithName: Boolean labelIdentifierFieldMetadataId: UUID
}}
input UpdateOneObjectInput {{ id: UUID! update: UpdateObjectPayload! }}
input DeleteOneObjectInput {{ id: UUID! }}

input CreateFieldInput {{
  objectMetadataId: UUID! type: FieldMetadataType! name: String! label: String! description: String icon: String
  defaultValue: JSON
  isUnique: Boolean isNullable: Boolean isActive: Boolean isLabelSyncedWithName: Boolean options: JSON settings: JSON
  relationCreationPayload: JSON
}}
input CreateOneFieldMetadataInput {{ field: CreateFieldInput! }}
input UpdateFieldInput {{
  name: String label: String description: String icon: String defaultValue: JSON isUnique: Boolean
  isNullable: Boolean isActive: Boolean isLabelSyncedWithName: Boolean options: JSON settings: JSON
}}
input UpdateOneFieldMetadataInput {{ id: UUID! update: UpdateFieldInput! }}
input DeleteOneFieldInput {{ id: UUID! }}

type Query {{
  objects(paging: CursorPaging, filter: ObjectFilter): ObjectConnection!
  object(id: UUID!): Object!
  fields(paging: CursorPaging, filter: FieldFilter): FieldConnection!
  field(id: UUID!): Field!
  currentWorkspace: Workspace!
  currentUser: User!
  findWorkspaceInvitations: [WorkspaceInvitation!]!
}}

type Mutation {{
  createOneObject(input: CreateOneObjectInput!): Object!
  updateOneObject(input: UpdateOneObjectInput!): Object!
  deleteOneObject(input: DeleteOneObjectInput!): Object!
  createOneField(input: CreateOneFieldMetadataInput!): Field!
  updateOneField(input: UpdateOneFieldMetadataInput!): Field!
  deleteOneField(input: DeleteOneFieldInput!): Field!
  createFileUpload(filename: String!, size: Float!, fileFolder: FileFolder!, fieldMetadataId: String): FileUpload!
  completeFileUpload(fileId: String!): StoredFile!
  sendInvitations(emails: [String!]!): Invitations!
}}
"""


OLD_UPLOAD = """
extend type Mutation { uploadFilesFieldFile(file: Upload!, fieldMetadataId: String!): StoredFile! }
"""

USAGE_LIMITS = """
scalar BigInt
type UsageLimit {
  id: UUID!
  resourceType: String!
  operationType: String!
  spenderType: String!
  spenderId: String
  limitKind: String!
  periodCount: Int!
  periodUnit: String!
  meter: String!
  limitValue: BigInt!
  burstValue: BigInt
}
extend type Query { usageLimits: [UsageLimit!]! }
"""

VISIBILITY = """
enum MetadataReadability { OPEN PRIVATE INHERITED APPLICATION SYSTEM }
enum MetadataWritability { OPEN APPLICATION SYSTEM }
extend type Object { readability: MetadataReadability! writability: MetadataWritability! }
extend type Field { writability: MetadataWritability isAuditLogged: Boolean }
extend input CreateFieldInput { isAuditLogged: Boolean }
extend input UpdateFieldInput { isAuditLogged: Boolean }
"""

MAKES_PRIVATE = """
extend input UpdateObjectPayload { readability: MetadataReadability }
"""


@cache
def metadata_schema(form: Form) -> GraphQLSchema:
    """Return the schema of a form of Twenty, without resolvers; always the same object."""
    parts = ((form.old_upload, OLD_UPLOAD), (form.usage_limits, USAGE_LIMITS), (form.visibility, VISIBILITY))
    added = [part for has, part in (*parts, (form.makes_private, MAKES_PRIVATE)) if has]
    return build_schema("".join([SDL, LAYOUT, ROLES, *added]), assume_valid=True)
