import { escaped } from './html.ts';

/** A boot of the image, as it was judged. */
export interface BootStory {
  readonly ok: boolean;
  readonly problems: readonly string[];
  /** The machine in words: `x86_64, bios, kvm, 2 cpus, 2048 MB`. */
  readonly machine: string;
  /** What was reached, and the seconds since power on; ascending. */
  readonly steps: readonly (readonly [name: string, seconds: number])[];
  /** The packed root that was booted is the published one. */
  readonly ofThisPack: boolean;
}

/** How far the node was at which time, a bar for each step from the one before. */
export function bootSection(boot: BootStory | undefined): string {
  if (boot === undefined) return '<p>This image was not booted: <code>rootimg boot</code> does it.</p>';
  const { ok, problems, machine, steps, ofThisPack } = boot;
  const end = Math.max(...steps.map(([, at]) => at), 0.01);
  const percent = (seconds: number) => `${((100 * seconds) / end).toFixed(2)}%`;
  const bars = steps.map(([name, at], index) => {
    const start = steps[index - 1]?.[1] ?? 0;
    const bar = `<span aria-hidden="true"><span class="bar" style="display:block;margin-left:${percent(start)};width:${percent(at - start)}"></span></span>`;
    return `<li><span>${escaped(name)}</span>${bar}<span class="time">${at.toFixed(1)} s</span></li>`;
  });
  return [
    `<p>${ok ? 'It came up.' : 'It did not come up as it should:'} Machine: ${escaped(machine)}.</p>`,
    ...(ofThisPack ? [] : ['<p>What was booted is not the packed root that is published now.</p>']),
    ...(problems.length === 0
      ? []
      : [`<ul>${problems.map((one) => `<li>${escaped(one)}</li>`).join('')}</ul>`]),
    `<ol class="steps">${bars.join('')}</ol>`,
  ].join('\n');
}
