/**
 * Reads what getfattr prints: records parted by blank lines, each a line `# file: NAME` and lines of attributes.
 * Names and lines are binary.
 */
export async function readDump(
  stream: AsyncIterable<Buffer>,
  take: (path: string, lines: readonly string[]) => void,
): Promise<void> {
  let rest = '';
  for await (const piece of stream) {
    const records = (rest + piece.toString('latin1')).split('\n\n');
    rest = records.pop() ?? '';
    for (const record of records) takeRecord(record, take);
  }
  if (rest.trim() !== '') takeRecord(rest, take);
}

function takeRecord(record: string, take: (path: string, lines: readonly string[]) => void): void {
  const [first = '', ...lines] = record.split('\n').filter((line) => line !== '');
  take(unescaped(first.replace(/^# file: /, '')), lines);
}

/** getfattr writes what would be taken for another sign (`\`, `=`, a line break) as three octal digits. */
export function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));
}
