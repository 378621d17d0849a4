/** A word of a table for mount(8) (fstab(5)): its words end at white space, and `#` begins a comment. */
export function fstabWord(path: string): string {
  const octal = (char: string) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`;
  return path.replace(/[\t-\r \\#]/g, octal);
}
