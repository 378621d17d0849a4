const secondsOfDay = 86_400;

/**
 * shadow(5): the day on which a password was set, the third field, is no later than that of `epoch` (seconds
 * since 1970).
 */
export function withDaysUpTo(shadow: string, epoch: number): string {
  const last = Math.floor(epoch / secondsOfDay);
  return shadow
    .split('\n')
    .map((line) => {
      const fields = line.split(':');
      if (Number(fields[2]) > last) fields[2] = String(last);
      return fields.join(':');
    })
    .join('\n');
}
