import { execFileSync } from 'node:child_process';

/** Whether the packed image in a folder, whatever its format, has this text in one of its files or names. */
export function holdsText(rootimgdir: string, text: string): boolean {
  const script = `set -e
for file in rootimg.*; do
  case $file in
    *.sha256) ;;
    *.gz) zcat "$file" | grep -c -a -F -e "$1" || true ;;
    *.sfs) rm -rf unpacked; unsquashfs -q -n -d unpacked "$file" >/dev/null 2>&1; grep -r -a -F -D skip -e "$1" unpacked | wc -l; rm -rf unpacked ;;
    *.erofs) rm -rf unpacked; fsck.erofs --extract=unpacked "$file" >/dev/null 2>&1; grep -r -a -F -D skip -e "$1" unpacked | wc -l; rm -rf unpacked ;;
  esac
done`;
  const counts = execFileSync('sh', ['-c', script, 'sh', text], {
    cwd: rootimgdir,
    stdio: ['ignore', 'pipe', 'inherit'],
  }).toString();
  if (counts.trim() === '') throw new Error(`nothing was looked at in ${rootimgdir}`);
  return counts.split('\n').some((count) => Number(count) > 0);
}
