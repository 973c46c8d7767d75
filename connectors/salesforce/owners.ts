import { GroupRow, UserRow } from './schemas.ts';
import type { Source } from './source.ts';

/** The stream of Users who may own leads; portal users and automated processes may not. */
export const ownersSource: Source<'owner'> = {
  stream: { name: 'owners', kind: 'owner' },
  object: 'User',
  fields: ['Name', 'IsActive'],
  optional: [],
  where: (fields) => (fields.has('UserType') ? "UserType = 'Standard'" : null),
  reader: async () => (row) => {
    const { Id, Name, IsActive } = UserRow.parse(row);
    return [{ crmId: Id, name: Name, isActive: IsActive, isQueue: false }];
  },
};

/** The stream of queues, which may own leads but not contacts. */
export const queuesSource: Source<'owner'> = {
  stream: { name: 'queues', kind: 'owner' },
  object: 'Group',
  fields: ['Name', 'Type'],
  optional: [],
  where: () => "Type = 'Queue'",
  reader: async () => (row) => {
    const { Id, Name } = GroupRow.parse(row);
    return [{ crmId: Id, name: Name, isActive: true, isQueue: true }];
  },
};
