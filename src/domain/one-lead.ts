import type { Attributes, Engagement } from './lead.ts';

/**
 * The attributes of a lead that has a record in more than one CRM.
 *
 * @param places - Attributes of each record, the one that goes before first. A later one only fills what is missing.
 */
export function mergeAttributes(places: readonly Attributes[]): Attributes {
  const merged: Record<string, Attributes[string]> = {};
  for (const attributes of places) {
    for (const [name, value] of Object.entries(attributes)) {
      if (merged[name] === undefined || isMissing(merged[name])) merged[name] = value;
    }
  }
  return merged;
}

const isMissing = (value: Attributes[string]): boolean =>
  value === null || value === '' || (Array.isArray(value) && value.length === 0);

/**
 * The engagements of a lead that has a record in more than one CRM, each event once.
 *
 * Tools that copy activity from one CRM to the other keep its kind and its time, and little else. So the k-th
 * engagement of a type in one second is the same event in each CRM: two page views of one second in one CRM stay two,
 * and the copy of both in the other adds none. What the first copy does not say is taken from the next.
 *
 * @param places - Engagements of each record, the one that goes before first.
 */
export function mergeEngagements(places: readonly (readonly Engagement[])[]): readonly Engagement[] {
  const events = new Map<string, Engagement>();
  for (const engagements of places) {
    const timesSeen = new Map<string, number>();
    for (const engagement of byId(engagements)) {
      const moment = `${engagement.type} ${Math.floor(engagement.occurredAt.getTime() / 1000)}`;
      const times = (timesSeen.get(moment) ?? 0) + 1;
      timesSeen.set(moment, times);
      const key = `${moment} ${times}`;
      const first = events.get(key);
      events.set(key, first === undefined ? engagement : completed(first, engagement));
    }
  }
  return [...events.values()];
}

/** In the order of their ids; one that stands under two ids of a merged lead once. */
function byId(engagements: readonly Engagement[]): readonly Engagement[] {
  const known = new Map(engagements.map((engagement) => [engagement.id, engagement]));
  return [...known.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function completed(first: Engagement, copy: Engagement): Engagement {
  return {
    ...first,
    channel: first.channel ?? copy.channel ?? null,
    campaign: first.campaign ?? copy.campaign ?? null,
    properties: mergeAttributes([first.properties, copy.properties]),
  };
}
