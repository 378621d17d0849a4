import { type Document, isCollection, isMap, isScalar, type Pair } from 'yaml';
import * as z from 'zod';
import { type Origin, type Problem, RootimgError, throwProblems } from '../base/errors.ts';
import { readYaml, type YamlFile } from './yaml-file.ts';

const absolutePath = z.string().startsWith('/', 'an absolute path is expected');

/** It becomes a word of ssh's command line. */
const sshWord = z.string().regex(/^[^\s@,=-][^\s@,=]*$/, 'a name is expected');
const someText = z.string().min(1, 'a text is expected');

const configSchema = z.strictObject({
  /** Where definitions are kept. */
  store: z.enum(['files', 'xcat'], 'files or xcat is expected').optional(),
  xcat: z
    .strictObject({
      /** The folder of a live xCAT, which holds bin/lsdef. */
      root: absolutePath.optional(),
    })
    .optional(),
  /** What earlier builds keep for the next ones. */
  cache: z
    .strictObject({
      /** Bytes of package layers, with K, M, G or T behind the number; 0 keeps none. */
      limit: z
        .union(
          [z.number().int().nonnegative(), z.string().regex(/^\d+[KMGT]?$/)],
          'a size such as 20G is expected',
        )
        .optional(),
    })
    .optional(),
  /** True: images of other architectures are built here, as with `genimage --emulate`. */
  emulate: z.boolean().optional(),
  /** Hosts that build images for this one; `--on auto` takes the first that fits. */
  builders: z
    .array(
      z.strictObject({
        /** As ssh knows it. */
        name: sshWord.refine((name) => name !== 'auto', 'auto is no name: it stands for the first that fits'),
        /** Osarch of its images. */
        arch: someText.optional(),
        /** Osvers of its images: one, or several; rocky9 is rocky9.4 too. */
        osvers: z.union([someText, z.array(someText)], 'an osvers or a list is expected').optional(),
        /** Whom ssh logs in as. */
        user: sshWord.optional(),
        /** What follows -o of ssh, such as Port=2222. */
        options: z
          .array(z.string().regex(/^\w+[= ]/, 'Name=value is expected'), 'a list is expected')
          .optional(),
      }),
      'a list is expected',
    )
    .superRefine((builders, context) => {
      for (const [index, { name }] of builders.entries()) {
        if (builders.findIndex((one) => one.name === name) === index) continue;
        context.addIssue({
          code: 'custom',
          path: [index, 'name'],
          message: `${name} stands in the list already`,
        });
      }
    })
    .optional(),
  /** The licences that packages ask to agree to are agreed to, as with `genimage --accept-licenses`. */
  licenses: z.enum(['accept'], 'accept is expected').optional(),
  /** Packages may be replaced by those of another vendor, as with `genimage --allow-vendor-change`. */
  vendorchange: z.enum(['allow'], 'allow is expected').optional(),
  /** Public keys that packages may be signed with, besides those found in pkgdir and /etc/pki/rpm-gpg. */
  keys: z.array(absolutePath).optional(),
  /** What is done where an image's packages may be signed by another key than at its last build. */
  changedkeys: z.enum(['warn', 'refuse'], 'warn or refuse is expected').optional(),
  /** What holds for repositories at these addresses and below. */
  repositories: z
    .array(
      z.strictObject({
        /** Folder or URL. */
        url: z.string().regex(/^(\/|(https?|ftp|file):)/, 'an absolute path or a URL is expected'),
        /** False: signatures of its packages are not checked. */
        gpgcheck: z.boolean().optional(),
        /** File of the CA that an https server is trusted by. */
        sslcacert: absolutePath.optional(),
      }),
    )
    .optional(),
  packimage: z
    .strictObject({
      /** `-m` when it is not given. */
      method: z.string().optional(),
      /** `-c` when it is not given. */
      compress: z.string().optional(),
      /** How many sets of kernel, initrd, packed root and manifest are kept, the published one included. */
      generations: z.number().int().nonnegative('a whole number is expected').optional(),
      /** Pack in layers, as with `--layers`; when a new base is packed by itself. */
      layers: z
        .union(
          [
            z.boolean(),
            z.strictObject({
              /** Percent of the base's size that its layers may have together. */
              share: z.number().positive().optional(),
              /** How many layers a base may have; more overlayfs could not be told of in one page. */
              number: z.number().int().nonnegative().max(100).optional(),
            }),
          ],
          'true, or share: and number: (at most 100) are expected',
        )
        .optional(),
      /** A list, as exlists are, of what the leak check may find. */
      allow: absolutePath.optional(),
    })
    .optional(),
  /** Folders that others than root may write. */
  folders: z
    .strictObject({
      /** What is done where a group may write on the way to a folder that root works in. */
      groupwritable: z.enum(['warn', 'refuse'], 'warn or refuse is expected').optional(),
      /** Ids of users whose folders are trusted as root's are. */
      owners: z.array(z.number().int().positive(), 'a list of user ids is expected').optional(),
    })
    .optional(),
  /** What `rootimg sign` and `packimage --sign` sign with where no option says it. */
  signing: z
    .strictObject({
      /** Private key: a file, or the URI of one in a token. */
      key: z
        .string()
        .regex(/^(\/|pkcs11:)/, 'an absolute path or a pkcs11: URI is expected')
        .optional(),
      /** The key's certificate, for iPXE. */
      certificate: absolutePath.optional(),
      /** Name of a gpg key, for GRUB. */
      gpg: z.string().min(1).optional(),
    })
    .optional(),
});

/** What `<home>/config.yaml` says; what it does not say is absent. */
export type Config = z.infer<typeof configSchema>;

/** Checks the text of a configuration. Throws all problems, each with the line of its key or value. */
export function parseConfig(text: string, file: string): Config {
  const yaml = readYaml(text, file, 'core');
  throwProblems(yaml.problems);
  const found = configSchema.safeParse(valueOf(yaml, file) ?? {});
  if (!found.success) {
    const problems = found.error.issues.flatMap((issue) => problemsOfIssue(issue, yaml));
    throwProblems(problems.sort((a, b) => (a.origin?.line ?? 0) - (b.origin?.line ?? 0)));
  }
  return found.data ?? {};
}

/** The values of the document; an alias (`*name`) without its anchor shows only now. */
function valueOf(yaml: YamlFile, file: string): unknown {
  try {
    return yaml.document.toJS();
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw new RootimgError('yaml', `This is not YAML: ${error.message}.`, { origin: { file } });
  }
}

/** Where the value of a key stands in the text of a configuration, or what is nearest above it. */
export function originInConfig(text: string, file: string, path: readonly string[]): Origin {
  const yaml = readYaml(text, file, 'core');
  return valueOrigin(yaml.document, path, yaml);
}

function problemsOfIssue(issue: z.core.$ZodIssue, yaml: YamlFile): Problem[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      code: 'config-unknown',
      message: `'${[...path, key].join('.')}' is not a key of the configuration.`,
      origin: keyOrigin(yaml, path, key),
      hint: `Known here: ${knownKeys(path).join(', ')}.`,
    }));
  }
  const where = path.length === 0 ? 'The configuration' : `'${path.join('.')}'`;
  return [
    {
      code: 'config-value',
      message: `${where}: ${issue.message}.`,
      origin: valueOrigin(yaml.document, path, yaml),
    },
  ];
}

function knownKeys(path: readonly string[]): string[] {
  if (path[0] === 'xcat') return ['root'];
  if (path[0] === 'repositories') return ['url', 'gpgcheck', 'sslcacert'];
  if (path[0] === 'builders') return ['name', 'arch', 'osvers', 'user', 'options'];
  if (path[0] === 'packimage') return ['method', 'compress', 'generations', 'layers', 'allow'];
  if (path[0] === 'cache') return ['limit'];
  if (path[0] === 'folders') return ['groupwritable', 'owners'];
  if (path[0] === 'signing') return ['key', 'certificate', 'gpg'];
  return Object.keys(configSchema.shape);
}

function keyOrigin(yaml: YamlFile, path: readonly string[], key: string): Origin {
  const map = path.length === 0 ? yaml.document.contents : yaml.document.getIn(path.map(asIndex), true);
  const pair = isMap(map) ? map.items.find((item) => isKey(item, key)) : undefined;
  return yaml.at(pair?.key ?? map);
}

/** Entries of a list are found by number. */
function asIndex(step: string): string | number {
  return /^\d+$/.test(step) ? Number(step) : step;
}

function isKey({ key }: Pair, name: string): boolean {
  return isScalar(key) && String(key.value) === name;
}

/** The value, or what is nearest above it. */
function valueOrigin(document: Document.Parsed, path: readonly string[], yaml: YamlFile): Origin {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length).map(asIndex), true);
    if (isScalar(node) || isCollection(node)) return yaml.at(node);
  }
  return yaml.at(document.contents);
}
