import type { Mapping } from '../../src/domain/mapping.ts';
import { attributesOf } from './people.ts';
import { AccountRow } from './schemas.ts';
import type { Source } from './source.ts';

/** The stream of Accounts. */
export function companiesSource(mapping: Mapping): Source<'company'> {
  const { attributes } = mapping.company;
  return {
    stream: { name: 'companies', kind: 'company' },
    object: 'Account',
    fields: ['IsDeleted', ...Object.values(attributes).map(({ field }) => field)],
    optional: [],
    reader: async (_rows, { fields }) => {
      return (row) => {
        const account = AccountRow.parse(row);
        return [
          {
            crmId: account.Id,
            modifiedAt: account.SystemModstamp,
            attributes: attributesOf(row, attributes, fields),
            isDeleted: account.IsDeleted,
          },
        ];
      };
    },
  };
}
