import type { BuildRequest } from '../../plan/request.ts';
import { parseNodeArguments } from '../../render/parse-arguments.ts';
import { nodeOptions } from '../../render/options.ts';
import { flagOf } from '../../render/getopt.ts';

/** What xCAT's dry run asks of a building node. */
export interface XcatLine {
  readonly text: string;
  /** `<netboot>/<family>` */
  readonly familyDir: string;
  readonly request: BuildRequest;
}

/** The line in the output of xCAT's `genimage --dryrun`; undefined where there is none. Throws `usage`. */
export function readXcatLine(output: string): XcatLine | undefined {
  const text = output.split('\n').find((line) => /^cd .*; \.\/genimage /.test(line));
  if (text === undefined) return undefined;
  const [, folder = '', rest = ''] = /^cd (.*?); \.\/genimage (.*)$/.exec(text.trim()) ?? [];
  // The two switches have a 1 behind them, which Getopt::Long takes for a name (xCAT 2.19).
  const words = shellWords(rest.replace(/(--(?:noupdate|ignorekernelchk)) 1(?= |$)/g, '$1'));
  return { text: text.trim(), familyDir: shellWords(folder).join(' '), request: parseNodeArguments(words) };
}

/** Words as a shell reads them, as far as quotation marks go. */
export function shellWords(line: string): string[] {
  return (line.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? []).map((word) =>
    word.replaceAll(/"([^"]*)"|'([^']*)'/g, (_, double, single) => double ?? single),
  );
}

/** One option that the two lines do not have alike; undefined: not there. */
export interface OptionDifference {
  readonly option: string;
  readonly xcat: string | undefined;
  readonly here: string | undefined;
}

/** In the order of the line; `same` counts the options that both have alike. */
export function compareRequests(
  xcat: BuildRequest,
  here: BuildRequest,
): { readonly same: number; readonly differences: readonly OptionDifference[] } {
  const rows = nodeOptions.map((option) => {
    const shown = (request: BuildRequest) => {
      const value = request[option.field];
      return value === undefined || value === false || value === '' ? undefined : String(value);
    };
    return { option: flagOf(option), xcat: shown(xcat), here: shown(here) };
  });
  const given = rows.filter((row) => row.xcat !== undefined || row.here !== undefined);
  const differences = given.filter((row) => row.xcat !== row.here);
  return { same: given.length - differences.length, differences };
}
