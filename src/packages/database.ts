// What pack and inspection ask the package database of a tree, of whatever format it is.
export {
  checkDatabase,
  databaseDigest,
  largestPackages,
  packagedSizes,
  packageOf,
} from './rpm/tree-database.ts';
