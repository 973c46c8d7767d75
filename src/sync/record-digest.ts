import { createHash } from 'node:crypto';

const MODULUS = 1n << 64n;

/** Digest of a set of (id, modified), whatever the order: the sum of the hashes of its members. */
export class RecordDigest {
  #sum = 0n;
  #count = 0;

  add({ crmId, modifiedAt }: { readonly crmId: string; readonly modifiedAt: Date }): void {
    const hash = createHash('sha1').update(`${crmId} ${modifiedAt.getTime()}`).digest();
    this.#sum = (this.#sum + hash.readBigUInt64BE()) % MODULUS;
    this.#count += 1;
  }

  get count(): number {
    return this.#count;
  }

  /** 16 hexadecimal digits. */
  get hex(): string {
    return this.#sum.toString(16).padStart(16, '0');
  }
}
