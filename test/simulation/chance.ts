import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { type Random, random } from '../../sandbox/random.ts';

/**
 * Lets all chance in this process (jitter, ids) come from a seed until the function that it answers is called.
 *
 * The libraries draw too, so chance is replaced where it comes from and not passed to everyone who may want some.
 */
export function seedChance(seed: number): () => void {
  const { random: realRandom } = Math;
  const { randomUUID: realUuid } = crypto;
  const next = random(seed);
  Math.random = next;
  crypto.randomUUID = () => uuidOf(next);
  syncBuiltinESMExports();
  return () => {
    Math.random = realRandom;
    crypto.randomUUID = realUuid;
    syncBuiltinESMExports();
  };
}

function uuidOf(next: Random): ReturnType<typeof crypto.randomUUID> {
  const hex = Array.from({ length: 32 }, () => Math.floor(next() * 16).toString(16)).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}
