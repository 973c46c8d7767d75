import { describe, expect, it } from 'vitest';
import { Gate } from '../../connectors/salesforce/gate.ts';

describe('a gate of two places', () => {
  it('lets two in at a time, the others in order of arrival', async () => {
    const gate = new Gate(2);
    const entered: number[] = [];
    const leave: (() => void)[] = [];
    const passed = [0, 1, 2, 3].map((n) =>
      gate.pass(async () => {
        entered.push(n);
        await new Promise<void>((resolve) => leave.push(resolve));
      }),
    );
    await Promise.resolve();
    expect(entered).toEqual([0, 1]);
    leave[0]?.();
    await passed[0];
    expect(entered).toEqual([0, 1, 2]);
    leave[1]?.();
    await passed[1];
    expect(entered).toEqual([0, 1, 2, 3]);
    leave[2]?.();
    leave[3]?.();
    await Promise.all(passed);
  });

  it('gives a place back when the work behind it fails', async () => {
    const gate = new Gate(1);
    await expect(gate.pass(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(await gate.pass(async () => 'in')).toBe('in');
  });
});
