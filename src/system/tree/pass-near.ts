import type { Tree } from './open-tree.ts';

/** Work on many members of a tree that yields the promises, if any, which it must wait for. */
export type Pass = Generator<Promise<unknown> | undefined, void>;

/**
 * Does a pass to its end. What it does between two promises is done near (see `Tree.near`), while one is waited for
 * others have their turn. Throws what the pass does.
 */
export async function passNear(tree: Tree, pass: Pass): Promise<void> {
  let go = () => pass.next();
  for (;;) {
    const step = tree.near(go);
    if (step.done === true) return;
    go = await Promise.resolve(step.value).then(
      () => () => pass.next(),
      (error: unknown) => () => pass.throw(error),
    );
  }
}
