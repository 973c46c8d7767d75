/*
 * A person is known in another CRM, and to forms, by an e-mail address and by nothing else. So addresses are read
 * whether the mapping maps them or not; our store keeps their hashes alone.
 */

/** Addresses in lower case, in order, each once; what is none is left out. */
export function addressesOf(texts: readonly unknown[]): readonly string[] {
  const addresses = texts.filter((text) => typeof text === 'string').map((text) => text.trim().toLowerCase());
  return [...new Set(addresses.filter((address) => /^[^\s@]+@[^\s@]+$/.test(address)))];
}
