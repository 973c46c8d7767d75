import { describe, expect, it } from 'vitest';
import { addressesOf } from '../../connectors/emails.ts';

describe('addressesOf', () => {
  it('keeps the order, in lower case, each once', () => {
    expect(addressesOf([' B@x.example', 'a@x.example', 'b@X.example '])).toEqual(['b@x.example', 'a@x.example']);
  });

  it('leaves out what is no address', () => {
    expect(addressesOf([null, undefined, '', 7, 'anna', 'anna berg@x.example', '@'])).toEqual([]);
  });
});
