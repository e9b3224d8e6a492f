"""The part of the schema of ``/metadata`` that is about views and the navigation menu (the DTOs of Twenty 2.21's source)."""

from __future__ import annotations

LAYOUT = """
enum ViewType { TABLE KANBAN CALENDAR FIELDS_WIDGET TABLE_WIDGET }
enum ViewKey { INDEX }
enum ViewOpenRecordIn { SIDE_PANEL RECORD_PAGE }
enum ViewCalendarLayout { DAY WEEK MONTH }
enum ViewVisibility { WORKSPACE UNLISTED }
enum ViewSortDirection { ASC DESC }
enum NavigationMenuItemType { VIEW FOLDER LINK OBJECT RECORD PAGE_LAYOUT }
enum AggregateOperations {
  MIN MAX AVG SUM COUNT COUNT_UNIQUE_VALUES COUNT_EMPTY COUNT_NOT_EMPTY COUNT_TRUE COUNT_FALSE PERCENTAGE_EMPTY
  PERCENTAGE_NOT_EMPTY
}

type ViewField {
  id: UUID! fieldMetadataId: UUID! isVisible: Boolean! size: Float! position: Float!
  aggregateOperation: AggregateOperations viewId: UUID! viewFieldGroupId: UUID isActive: Boolean!
  createdAt: DateTime! updatedAt: DateTime! deletedAt: DateTime
}
type ViewFilter {
  id: UUID! fieldMetadataId: UUID! operand: String! value: JSON! viewFilterGroupId: UUID positionInViewFilterGroup: Float
  subFieldName: String relationTargetFieldMetadataId: UUID viewId: UUID!
  createdAt: DateTime! updatedAt: DateTime! deletedAt: DateTime
}
type ViewSort {
  id: UUID! fieldMetadataId: UUID! direction: ViewSortDirection! subFieldName: String viewId: UUID!
  createdAt: DateTime! updatedAt: DateTime! deletedAt: DateTime
}
type ViewGroup {
  id: UUID! isVisible: Boolean! fieldValue: String! position: Float! viewId: UUID!
  createdAt: DateTime! updatedAt: DateTime! deletedAt: DateTime
}
type View {
  id: UUID! name: String! objectMetadataId: UUID! type: ViewType! key: ViewKey icon: String! position: Float!
  isCompact: Boolean! isCustom: Boolean! openRecordIn: ViewOpenRecordIn! kanbanAggregateOperation: AggregateOperations
  kanbanAggregateOperationFieldMetadataId: UUID mainGroupByFieldMetadataId: UUID shouldHideEmptyGroups: Boolean!
  kanbanColumnWidth: Int calendarFieldMetadataId: UUID anyFieldFilterValue: String calendarLayout: ViewCalendarLayout
  createdAt: DateTime! updatedAt: DateTime! deletedAt: DateTime visibility: ViewVisibility! createdByUserWorkspaceId: UUID
  isActive: Boolean! viewFields: [ViewField!]! viewFilters: [ViewFilter!]! viewSorts: [ViewSort!]! viewGroups: [ViewGroup!]!
}
type NavigationMenuItem {
  id: UUID! userWorkspaceId: UUID targetRecordId: UUID targetObjectMetadataId: UUID viewId: UUID
  type: NavigationMenuItemType! name: String link: String icon: String color: String folderId: UUID pageLayoutId: UUID
  position: Float! createdAt: DateTime! updatedAt: DateTime!
}

input CreateViewInput {
  id: UUID name: String! objectMetadataId: UUID! type: ViewType = TABLE key: ViewKey icon: String! position: Float = 0
  isCompact: Boolean = false shouldHideEmptyGroups: Boolean = false kanbanColumnWidth: Int
  openRecordIn: ViewOpenRecordIn = SIDE_PANEL kanbanAggregateOperation: AggregateOperations
  kanbanAggregateOperationFieldMetadataId: UUID anyFieldFilterValue: String calendarLayout: ViewCalendarLayout
  calendarFieldMetadataId: UUID mainGroupByFieldMetadataId: UUID visibility: ViewVisibility
}
input UpdateViewInput {
  id: UUID name: String type: ViewType icon: String position: Float isCompact: Boolean openRecordIn: ViewOpenRecordIn
  kanbanAggregateOperation: AggregateOperations kanbanAggregateOperationFieldMetadataId: UUID anyFieldFilterValue: String
  calendarLayout: ViewCalendarLayout calendarFieldMetadataId: UUID visibility: ViewVisibility
  mainGroupByFieldMetadataId: UUID shouldHideEmptyGroups: Boolean kanbanColumnWidth: Int
}
input CreateViewFieldInput {
  id: UUID fieldMetadataId: UUID! viewId: UUID! isVisible: Boolean = true size: Float = 0 position: Float = 0
  aggregateOperation: AggregateOperations viewFieldGroupId: UUID
}
input UpdateViewFieldInputUpdates {
  isVisible: Boolean size: Float position: Float aggregateOperation: AggregateOperations viewFieldGroupId: UUID
}
input UpdateViewFieldInput { id: UUID! update: UpdateViewFieldInputUpdates! }
input DestroyViewFieldInput { id: UUID! }
input CreateViewFilterInput {
  id: UUID fieldMetadataId: UUID! operand: String value: JSON! viewFilterGroupId: UUID positionInViewFilterGroup: Float
  subFieldName: String relationTargetFieldMetadataId: UUID viewId: UUID!
}
input DestroyViewFilterInput { id: UUID! }
input CreateViewSortInput {
  id: UUID fieldMetadataId: UUID! direction: ViewSortDirection = ASC subFieldName: String viewId: UUID!
}
input DestroyViewSortInput { id: UUID! }
input CreateNavigationMenuItemInput {
  id: UUID userWorkspaceId: UUID targetRecordId: UUID targetObjectMetadataId: UUID viewId: UUID type: NavigationMenuItemType!
  name: String link: String icon: String color: String folderId: UUID pageLayoutId: UUID position: Float
}
input UpdateNavigationMenuItemInput {
  folderId: UUID position: Float name: String link: String icon: String color: String pageLayoutId: UUID
}
input UpdateOneNavigationMenuItemInput { id: UUID! update: UpdateNavigationMenuItemInput! }

extend type Query {
  getViews(objectMetadataId: String, viewTypes: [ViewType!]): [View!]!
  getView(id: String!): View
  navigationMenuItems: [NavigationMenuItem!]!
}
extend type Mutation {
  createView(input: CreateViewInput!): View!
  updateView(id: String!, input: UpdateViewInput!): View!
  deleteView(id: String!): Boolean!
  destroyView(id: String!): Boolean!
  createViewField(input: CreateViewFieldInput!): ViewField!
  createManyViewFields(inputs: [CreateViewFieldInput!]!): [ViewField!]!
  updateViewField(input: UpdateViewFieldInput!): ViewField!
  destroyViewField(input: DestroyViewFieldInput!): ViewField!
  createViewFilter(input: CreateViewFilterInput!): ViewFilter!
  destroyViewFilter(input: DestroyViewFilterInput!): ViewFilter!
  createViewSort(input: CreateViewSortInput!): ViewSort!
  destroyViewSort(input: DestroyViewSortInput!): Boolean!
  createNavigationMenuItem(input: CreateNavigationMenuItemInput!): NavigationMenuItem!
  createManyNavigationMenuItems(inputs: [CreateNavigationMenuItemInput!]!): [NavigationMenuItem!]!
  updateNavigationMenuItem(input: UpdateOneNavigationMenuItemInput!): NavigationMenuItem!
  updateManyNavigationMenuItems(inputs: [UpdateOneNavigationMenuItemInput!]!): [NavigationMenuItem!]!
  deleteNavigationMenuItem(id: UUID!): NavigationMenuItem!
  deleteManyNavigationMenuItems(ids: [UUID!]!): [NavigationMenuItem!]!
}
"""
