/** Seconds since the epoch, both included. */
export interface TimeRange {
  readonly earliest: number;
  readonly latest: number;
}

export const anyTime: TimeRange = { earliest: -Infinity, latest: Infinity };

/** 32 unsigned bits: 1970 to 2106. */
export const unsigned32: TimeRange = { earliest: 0, latest: 0xffff_ffff };

/** The times that members may have: those of the format, none later than `epoch`. */
export function timesUpTo(times: TimeRange, epoch: number | undefined): TimeRange {
  return epoch === undefined ? times : { ...times, latest: Math.min(times.latest, epoch) };
}

export function clampTime(time: number, { earliest, latest }: TimeRange): number {
  return Math.min(Math.max(time, earliest), latest);
}

export function isOutside(time: number, { earliest, latest }: TimeRange): boolean {
  return time < earliest || time > latest;
}
