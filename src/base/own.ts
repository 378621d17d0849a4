/**
 * What a record itself has under a name from outside. Plain indexing would also find what every object
 * inherits: a variable, an architecture or a command called `constructor` is none of ours.
 */
export function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/**
 * An empty record that inherits nothing, so that a name from outside, such as `__proto__`, is kept as any
 * other.
 */
export function emptyRecord<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}
