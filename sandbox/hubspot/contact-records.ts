import { contactFieldsOf } from './contact-fields.ts';
import { contactIdOf, personOfContactId } from './ids.ts';
import type { People } from './people.ts';
import type { BaseRecords } from './record.ts';

/** The world's people as contacts. A contact made by a merge shows several people under an id of its own. */
export function contactRecords(people: People): BaseRecords {
  const { size } = people.world;
  const peopleOf = (id: number) => people.peopleOf(id).map((n) => people.person(n));
  return {
    endId: contactIdOf(size),
    has: (id) => people.peopleOf(id).length > 0,
    *ids(fromId, sinceMs) {
      for (let n = Math.max(0, personOfContactId(fromId)); n < size; n++) {
        if (sinceMs === Number.NEGATIVE_INFINITY || people.changedMs(n) >= sinceMs) yield contactIdOf(n);
      }
    },
    fields(id) {
      const [first, ...others] = peopleOf(id);
      return contactFieldsOf(first!, others, people.world);
    },
    createdMs: (id) => Math.min(...peopleOf(id).map(({ createdAt }) => createdAt.getTime())),
    modifiedMs: (id) => Math.max(...people.peopleOf(id).map((n) => people.changedMs(n))),
  };
}
