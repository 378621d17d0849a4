/** The attributes of one osimage as its definition says them; absent and empty are the same. */
export type ImageAttributes = Readonly<Record<string, string | undefined>>;

/** What the site object says, with its defaults filled in. */
export interface SiteSettings {
  readonly installdir: string;
  readonly tftpdir: string;
  readonly timezone?: string | undefined;
  readonly secureroot?: string | undefined;
  readonly master?: string | undefined;
}

/** The attribute's value, or undefined when it is unset or empty. `0` is a value. */
export function attribute(definition: ImageAttributes, name: string): string | undefined {
  const value = definition[name];
  return value === undefined || value === '' ? undefined : value;
}
