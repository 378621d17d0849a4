/** Below it Python 3.2 and older count from 3000 on, Python 2 from 20121 on; both have the time behind 4 bytes. */
const withFlags = { first: 3390, behind: 20_000 };

/**
 * Compiled Python remembers the time of its source, and is void when the source has another: the same bytes with
 * a time that is no later than `epoch` (seconds since 1970), as sources have after clampTimes; undefined where
 * nothing is to be changed. Source: PEP 552, CPython's importlib/_bootstrap_external.py.
 */
export function withSourceTimeUpTo(bytecode: Buffer, epoch: number): Buffer | undefined {
  if (bytecode.length < 16 || bytecode.toString('latin1', 2, 4) !== '\r\n') return undefined;
  const magic = bytecode.readUInt16LE(0);
  const hasFlags = magic >= withFlags.first && magic < withFlags.behind;
  // With a flag set it goes by the digest of its source.
  if (hasFlags && bytecode.readUInt32LE(4) !== 0) return undefined;
  const place = hasFlags ? 8 : 4;
  if (bytecode.readUInt32LE(place) <= epoch) return undefined;
  const changed = Buffer.from(bytecode);
  changed.writeUInt32LE(epoch, place);
  return changed;
}
