import { visibleText } from '../../base/visible-text.ts';
import type { ToldAdvisory } from '../../plan/image-diff.ts';

/** So many packages of an advisory are named on its line. */
const mostNamed = 6;

/** `RHSA-2024:0001 (security, Important): bash 5.1-1.el9 → 5.2-1.el9`. */
export function advisoryLine({ id, type, severity, packages }: ToldAdvisory): string {
  const kind = [type, severity].filter((word) => word !== '').join(', ');
  const named = packages
    .slice(0, mostNamed)
    .map(({ name, installed, fixed }) => `${name} ${installed} → ${fixed}`);
  const more = packages.length > mostNamed ? ` and ${packages.length - mostNamed} more` : '';
  return visibleText(`${id}${kind === '' ? '' : ` (${kind})`}: ${named.join(', ')}${more}`);
}
