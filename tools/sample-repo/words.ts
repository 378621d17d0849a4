/** The words of a text, for long tables. */
export function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
