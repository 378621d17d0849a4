import { expect, test, vi } from 'vitest';
import { turns } from '../../../src/system/turns.ts';

test('a long loop lets others have their turn, a short one does not wait', async () => {
  const now = vi.spyOn(Date, 'now');
  try {
    now.mockReturnValue(1000);
    const turn = turns();
    now.mockReturnValue(1099);
    expect(turn()).toBeUndefined();
    now.mockReturnValue(1100);
    let heard = false;
    setImmediate(() => (heard = true));
    await turn();
    expect(heard).toBe(true);
    expect(turn()).toBeUndefined();
  } finally {
    now.mockRestore();
  }
});
