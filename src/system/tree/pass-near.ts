import type { Tree } from './open-tree.ts';

/** Work on many members of a tree that yields the promises, if any, which it must wait for. */
export type Pass<Result = void> = Generator<Promise<unknown> | undefined, Result>;

/**
 * Does a pass to its end. What it does between two promises is done near (see `Tree.near`), while one is waited for
 * others have their turn. Gives and throws what the pass does.
 */
export async function passNear<Result>(tree: Tree, pass: Pass<Result>): Promise<Result> {
  let go = () => pass.next();
  for (;;) {
    const step = tree.near(go);
    if (step.done === true) return step.value;
    go = await Promise.resolve(step.value).then(
      () => () => pass.next(),
      (error: unknown) => () => pass.throw(error),
    );
  }
}
