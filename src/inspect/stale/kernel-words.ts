/** Words that each boot, each node or each pack has otherwise: they say which image, which card, which loader. */
const ownWords =
  /^(?:BOOT_IMAGE|BOOTIF|FC|NODE|XCAT|XCATHTTPPORT|XCATIPORT|initrd|img(?:url|sha256|sums|min|need|slow)|netdev|ifname|ip)=/;

/** In what a kernel line differs from the words that the definition gives now. */
export interface LineChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/**
 * What a reboot would add to a kernel line, and take away. Only of a line that our boot entries made (`ours`)
 * it is known that all of its words are the definition's: xCAT adds some for each node.
 */
export function lineChange(line: string, words: readonly string[], ours: boolean): LineChange {
  const there = splitLine(line);
  const [before, after] = [new Set(there), new Set(words)];
  return {
    added: words.filter((word) => !before.has(word)),
    removed: ours ? there.filter((word) => !after.has(word) && !ownWords.test(word)) : [],
  };
}

/** Words apart by blanks, those between quotation marks kept together, as the kernel reads its line. */
function splitLine(line: string): string[] {
  return line.match(/(?:"[^"]*"|[^\s"]|")+/g) ?? [];
}

/** The number of the set that a kernel line names, of the image in this folder; undefined for what is packed last. */
export function pinnedGeneration(line: string, rootimgdir: string): number | undefined {
  for (const [, url = ''] of line.matchAll(/(?:^|\s)imgurl=(\S+)/g)) {
    const [, folder = '', number] =
      /^[a-z]+:\/\/[^/]*(\/.*)\/generations\/([1-9]\d{0,8})\/[^/]+$/.exec(url) ?? [];
    if (number !== undefined && decoded(folder) === rootimgdir) return Number(number);
  }
  return undefined;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
