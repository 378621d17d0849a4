/** The object without the keys whose value is undefined. */
export function withoutUnset<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}
