import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take minutes. A clone knows of no run before, and would begin with those of the most lines. */
const long = [
  ...['debian-build', 'debian-elsewhere', 'suse-build', 'road', 'build-kill', 'ubuntu-archive'],
  ...['remote', 'reproducible', 'mixed-cluster', 'initrd-parts'],
].map((name) => `/test/e2e/${name}.test.ts`);

/** Begins with what takes longest, so that no core waits for one file at the end. */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = long.findIndex((name) => moduleId.endsWith(name));
      return at === -1 ? long.length : at;
    };
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}
