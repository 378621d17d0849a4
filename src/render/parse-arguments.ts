import { RootimgError } from '../base/errors.ts';
import { emptyRequest } from '../plan/empty-request.ts';
import type { BuildRequest } from '../plan/request.ts';
import { type GivenOption, readArguments } from './getopt.ts';
import { type NodeOption, nodeOptions } from './options.ts';

/**
 * Reads the words after `./genimage` back into the request that they were rendered from. Throws `usage`
 * problems.
 */
export function parseNodeArguments(argv: readonly string[]): BuildRequest {
  const { given, operands } = readArguments(argv, nodeOptions);
  return requestFrom(given, operands);
}

/** The request that these options and operands say. An empty value is the same as none. */
export function requestFrom(
  given: readonly GivenOption<NodeOption>[],
  operands: readonly string[],
): BuildRequest {
  const request = emptyRequest();
  for (const { spec, value } of given) {
    if (!spec.takesValue) request[spec.field] = true;
    else if (value) request[spec.field] = value;
  }
  const [name, ...more] = operands;
  if (more.length > 0) throw severalNames(operands);
  return name === undefined || name === '' ? request : { ...request, imageName: name };
}

/** genimage builds one image at a time; xCAT's takes the first name and says nothing of the others. */
function severalNames(names: readonly string[]): RootimgError {
  return new RootimgError('usage', `More than one image name: ${names.join(' ')}`, {
    hint: 'Give one name; put quotes around a value that holds blanks.',
  });
}
