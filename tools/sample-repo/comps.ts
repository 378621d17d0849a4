/**
 * The comps.xml of one group, all of whose packages are mandatory. Names hold no character that XML would
 * read.
 */
export function renderComps(group: string, packages: readonly string[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE comps PUBLIC "-//Red Hat, Inc.//DTD Comps info//EN" "comps.dtd">
<comps>
  <group>
    <id>${group}</id>
    <name>${group}</name>
    <description>A small node that boots over the network.</description>
    <default>false</default>
    <uservisible>true</uservisible>
    <packagelist>
${packages.map((name) => `      <packagereq type="mandatory">${name}</packagereq>`).join('\n')}
    </packagelist>
  </group>
</comps>
`;
}
