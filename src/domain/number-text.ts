/** The sign between whole and part. The other one, blanks and apostrophes may stand between thousands. */
export type DecimalSign = '.' | ',';

const BLANKS = "[ \\u00a0\\u2009\\u202f'’]";
const FORMS: Readonly<Record<DecimalSign, RegExp>> = { '.': formOf('\\.', ','), ',': formOf(',', '\\.') };

/**
 * The number that a person has written into a text field: `1,234.50`, `€ 1 200`, `12 %`, `−5`.
 *
 * Which sign is the decimal one has to be told: `1,234` is one number in London and another in Paris.
 * @returns `undefined` for anything else, so for thousands that are not grouped by three.
 * @example
 * numberInText('1.234,5 €', ','); // => 1234.5
 */
export function numberInText(text: string, decimal: DecimalSign): number | undefined {
  const bare = text.replace(/^[\s\p{Sc}]+|[\s\p{Sc}%]+$/gu, '');
  if (!FORMS[decimal].test(bare)) return undefined;
  const [whole = '', part = ''] = bare.split(decimal);
  const value = Number(`${whole.replace('−', '-').replace(/[^\d+-]/g, '')}.${part}`);
  return Number.isFinite(value) ? value : undefined;
}

/** The number as a text without an exponent and without thousands, which both CRMs take. */
export function textOfNumber(value: number, decimal: DecimalSign): string {
  const text = PLAIN.format(value + 0); // turns −0 into 0
  return decimal === '.' ? text : text.replace('.', ',');
}

const PLAIN = new Intl.NumberFormat('en-US', { useGrouping: false, maximumFractionDigits: 20 });

function formOf(decimal: string, thousands: string): RegExp {
  const grouped = `\\d{1,3}(?:(?:${thousands}|${BLANKS})\\d{3})+`;
  return new RegExp(`^[+\\-−]?(?:(?:${grouped}|\\d+)(?:${decimal}\\d*)?|${decimal}\\d+)$`);
}
