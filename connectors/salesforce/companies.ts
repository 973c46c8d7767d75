import { fieldsOf, linesOf } from '../../src/domain/mapped-lines.ts';
import type { Mapping } from '../../src/domain/mapping.ts';
import { valuesOf } from './people.ts';
import { AccountRow } from './schemas.ts';
import type { Source } from './source.ts';

/** The stream of Accounts. */
export function companiesSource(mapping: Mapping): Source<'company'> {
  const lines = linesOf(mapping, 'company');
  return {
    stream: { name: 'companies', kind: 'company' },
    object: 'Account',
    fields: ['IsDeleted', ...fieldsOf(lines)],
    optional: [],
    reader: async (_rows, { fields }) => {
      return (row) => {
        const account = AccountRow.parse(row);
        const { attributes, unconverted } = valuesOf(row, lines, fields);
        return [
          {
            crmId: account.Id,
            modifiedAt: account.SystemModstamp,
            attributes,
            unconverted,
            isDeleted: account.IsDeleted,
          },
        ];
      };
    },
  };
}
