"""Types in the form that genql writes them in, of an invented API."""

TYPINGS = """\
export type Scalars = {
    String: string;
    UUID: string;
    Boolean: boolean;
    Float: number;
    ConnectionCursor: any;
};
/** A box; with `export interface` in its comment. */
export interface Box {
    id: Scalars['UUID'];
    /** @deprecated Use
     * label: String; */
    name?: Scalars['String'];
    lids: Lid[];
    sizes?: (Scalars['Float'] | null)[];
    __typename: 'Box';
}
export type Lid = 'ROUND' | 'FLAT';
export type Content = (Box | Bag) & {
    __isUnion?: true;
};
export interface Bag {
    id: Scalars['UUID'];
    __typename: 'Bag';
}
export interface Query {
    boxes: Box[];
    content?: Content;
    __typename: 'Query';
}
export interface Mutation {
    makeBox: Box;
    count: Scalars['Float'];
    __typename: 'Mutation';
}
export interface BoxGenqlSelection {
    id?: boolean | number;
    name?: boolean | number;
    lids?: boolean | number;
    sizes?: boolean | number;
    __typename?: boolean | number;
    __scalar?: boolean | number;
}
export interface QueryGenqlSelection {
    boxes?: (BoxGenqlSelection & {
        __args: {
            /** Limit or page results. */
            paging: CursorPaging;
            lid?: (Lid | null);
        };
    });
    content?: ContentGenqlSelection;
    __typename?: boolean | number;
}
export interface CursorPaging {
    first?: (Scalars['Float'] | null);
    after?: (Scalars['ConnectionCursor'] | null);
}
export interface MutationGenqlSelection {
    makeBox?: (BoxGenqlSelection & {
        __args: {
            input: MakeBoxInput;
        };
    });
    count?: {
        __args?: {
            ids?: (Scalars['UUID'][] | null);
        };
    } | boolean | number;
    __typename?: boolean | number;
}
export interface MakeBoxInput {
    name: Scalars['String'];
    lids?: (Lid[] | null);
}
"""
