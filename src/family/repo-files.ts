const internetAddress = /^\s*(baseurl|mirrorlist|metalink)\s*=\s*(https?|ftp):/i;

/** A .repo file with `enabled=0` in every section that names an internet address. */
export function withInternetDisabled(text: string): string {
  const sections = text.split(/^(?=\[)/m);
  return sections
    .map((section) => {
      const lines = section.split('\n');
      if (!section.startsWith('[') || !lines.some((line) => internetAddress.test(line))) return section;
      const others = lines.filter((line) => !/^\s*enabled\s*=/i.test(line));
      return [others[0], 'enabled=0', ...others.slice(1)].join('\n');
    })
    .join('');
}
