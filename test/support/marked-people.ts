/** In every name, address and number of {@link markedPeople}, in either case. */
export const MARK = /quoxil|0199900/i;

/** A CSV file of people whose personal values can be found again wherever they went; `street` is the header of theirs. */
export function markedPeople(count: number, street: string): string {
  const rows = Array.from({ length: count }, (_, n) =>
    [
      `Quoxila${n}`,
      `Quoxilson${n}`,
      `q${n}@quoxil-${n}.example`,
      `+1 0199900${n}`,
      'Marketing Director',
      `Quoxil Street ${n}`,
      'yes',
    ].join(),
  );
  return [`First Name,Last Name,Email,Phone,Job Title,${street},Converted`, ...rows, ''].join('\n');
}
