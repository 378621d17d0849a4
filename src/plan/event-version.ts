/**
 * `schema` of every line of events; raised when a reader of the old lines would misread the new ones. New
 * events and new keys do not raise it.
 * Apart from the schema, so that who only writes need not load it.
 */
export const eventSchemaVersion = 1;
