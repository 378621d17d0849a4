// The arrows of docs/architecture.md: which room of src/ may import which.
const rooms = {
  base: [],
  definition: [],
  plan: [],
  report: ['plan'],
  system: [],
  family: ['plan'],
  resolve: ['definition', 'plan', 'family', 'pack/formats'],
  render: ['plan'],
  packages: ['plan', 'family', 'system', 'report', 'sandbox'],
  sandbox: ['system'],
  genimage: ['plan', 'family', 'system', 'report', 'packages', 'sandbox'],
  pack: ['packages', 'plan', 'system', 'report'],
  inspect: ['packages', 'plan', 'system', 'report'],
  sign: ['plan', 'system'],
  netboot: ['plan', 'system'],
  boot: ['plan', 'system', 'report', 'netboot'],
  media: ['system', 'report'],
  kit: ['system'],
  bundle: ['plan', 'system'],
  remote: ['plan', 'render', 'kit', 'system', 'report'],
};

const roomRules = Object.entries(rooms).map(([room, allowed]) => ({
  name: `arrow-${room}`,
  severity: 'error',
  comment: `src/${room} may import only ${['base', ...allowed].join(', ')}`,
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: [`^src/${room}/`, '^src/base/', ...allowed.map((a) => `^src/${a}/`)] },
}));

/** The rooms of src/pack, in the order in which an image goes through them: none imports a later one. */
const packRooms = [
  'streams',
  'members',
  'select',
  'customise',
  'layers',
  'formats',
  'write',
  'verify',
  'publish',
  'steps',
];

const packRules = packRooms.map((room, index) => ({
  name: `arrow-pack-${room}`,
  severity: 'error',
  comment: `src/pack/${room} imports no later room of src/pack`,
  from: { path: `^src/pack/${room}/` },
  to: {
    path: '^src/pack/',
    pathNot: packRooms.slice(0, index + 1).map((one) => `^src/pack/${one}/`),
  },
}));

export default {
  forbidden: [
    ...roomRules,
    ...packRules,
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
