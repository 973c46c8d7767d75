import { parseQuery } from 'soql-parser-js';
import { describe, expect, it } from 'vitest';
import { chunks, instantLiteral, listOf, quoted } from '../../connectors/salesforce/soql.ts';

describe('a SOQL literal', () => {
  it.each(["O'Neil", 'back\\slash', "\\' OR Name != '", 'two\nlines', "'", '\\'])(
    'cannot be left by the text %j',
    (text) => {
      const literal = quoted(text);
      expect(literal.slice(1, -1).replace(/\\[\\'"nrt]/g, '')).not.toMatch(/['\\\n]/);
      expect(parseQuery(`SELECT Id FROM Lead WHERE Name = ${literal}`).where).toMatchObject({
        left: { field: 'Name', operator: '=' },
      });
    },
  );

  it('of an instant has whole seconds in UTC', () => {
    expect(instantLiteral(new Date('2026-04-25T15:50:37.999+02:00'))).toBe('2026-04-25T13:50:37Z');
  });

  it('of a list quotes each text', () => {
    expect(listOf(['a', "b'c"])).toBe("('a','b\\'c')");
  });
});

describe('chunks', () => {
  it('hold every element once, in order', () => {
    expect([...chunks([1, 2, 3, 4, 5], 2)]).toEqual([[1, 2], [3, 4], [5]]);
  });
});
