/** What the index of the site and the page that reads it must have in common. */
export const storedSettings = {
  fields: ['title', 'page', 'text'],
  storeFields: ['url', 'title', 'page', 'text'],
};
