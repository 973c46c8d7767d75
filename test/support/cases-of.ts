/**
 * How many random cases a property is tried on: `nightly` with NIGHTLY=1, a tenth of `usual` under mutation testing,
 * where every property runs again for every mutant.
 */
export function casesOf(usual: number, nightly: number): number {
  if (process.env.NIGHTLY === '1') return nightly;
  return process.env.MUTATION === '1' ? Math.ceil(usual / 10) : usual;
}
