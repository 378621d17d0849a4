/** A manager that resolves a list by itself, beside the lock of an image with that list. */
export interface LockPair {
  /** What people read of the list and its repositories. */
  readonly title: string;
  readonly image: string;
  /** What the manager alone is told: to read the repositories anew and to resolve, not to fetch packages. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What it keeps, gone before each round. */
  readonly folder: string;
}
