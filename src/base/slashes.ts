/**
 * The text without the slashes at its end. No regular expression: `/\/+$/` takes the square of a long row of
 * slashes.
 */
export function withoutEndSlashes(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === '/') end -= 1;
  return text.slice(0, end);
}
