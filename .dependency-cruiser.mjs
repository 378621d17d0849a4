// The arrows of docs/architecture.md: which room of src/ may import which.
const rooms = {
  base: [],
  definition: [],
  plan: [],
  report: ['plan'],
  system: [],
  family: ['plan'],
  resolve: ['definition', 'plan', 'family'],
  render: ['plan'],
  packages: ['plan', 'family', 'system', 'report', 'sandbox'],
  sandbox: ['system'],
  genimage: ['plan', 'family', 'system', 'report', 'packages', 'sandbox'],
  pack: ['packages', 'plan', 'system', 'report'],
  sign: ['plan', 'system'],
  netboot: ['plan', 'system'],
  boot: ['plan', 'system', 'report', 'netboot'],
  media: ['system', 'report'],
  kit: ['system'],
};

const roomRules = Object.entries(rooms).map(([room, allowed]) => ({
  name: `arrow-${room}`,
  severity: 'error',
  comment: `src/${room} may import only ${['base', ...allowed].join(', ')}`,
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: [`^src/${room}/`, '^src/base/', ...allowed.map((a) => `^src/${a}/`)] },
}));

export default {
  forbidden: [
    ...roomRules,
    {
      name: 'manager-door',
      severity: 'error',
      comment:
        'What a package manager or format is like is known in src/packages alone; others use the files beside its folders.',
      from: { path: '^src/', pathNot: '^src/packages/' },
      to: { path: '^src/packages/[^/]+/' },
    },
    {
      name: 'one-door',
      severity: 'error',
      comment: 'Only src/system/exec.ts starts processes.',
      from: { path: '^src/', pathNot: '^src/system/exec\\.ts$' },
      to: { path: '(^|/)execa/|^(node:)?child_process$' },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ['import', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
};
