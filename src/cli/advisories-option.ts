/** Flag and help of the option that asks for advisories; its value only behind an equals sign. */
export const advisoriesOption = [
  '--advisories [=file]',
  "which advisories are open: of the repositories, or of FILE (updateinfo.xml, JSON of Debian's tracker, changelogs)",
] as const;
