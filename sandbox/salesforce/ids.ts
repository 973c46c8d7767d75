/** Key prefixes of the objects that the twin holds. */
export const PREFIX = {
  Account: '001',
  Contact: '003',
  User: '005',
  Opportunity: '006',
  OpportunityContactRole: '00K',
  Lead: '00Q',
  Task: '00T',
  Event: '00U',
  CampaignMember: '00v',
  Campaign: '701',
  Group: '00G',
  QueueSobject: '03g',
  Organization: '00D',
  LeadStatus: '01J',
  OpportunityStage: '01K',
  TaskStatus: '01L',
  CampaignMemberStatus: '01Y',
  EmailMessage: '02s',
  EmailMessageRelation: '0CZ',
  CustomField: '00N',
  PermissionSet: '0PS',
  PermissionSetAssignment: '0Pa',
  FieldPermissions: '01k',
  ObjectPermissions: '110',
  Profile: '00e',
  UserLicense: '100',
  LeadHistory: '017', // a real org gives every history object this prefix; ours need one each
  ContactHistory: '018',
} as const satisfies Record<string, string>;

/** Name of an object that the twin holds. */
export type ObjectName = keyof typeof PREFIX;

const OBJECT_OF_PREFIX = new Map<string, ObjectName>(
  Object.entries(PREFIX).map(([name, prefix]) => [prefix, name as ObjectName]), // Object.entries forgets the keys
);
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const CHECKSUM = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
/** Stands in every id after the prefix, as a real org's pod does. */
const POD = 'Sb0';
const COUNTER_DIGITS = 9;

/** 18-character id of row `row` of an object; ids of one object sort as their rows do. */
export function idOf(object: ObjectName, row: number): string {
  let counter = '';
  let rest = row;
  for (let digit = 0; digit < COUNTER_DIGITS; digit++) {
    counter = DIGITS[rest % 62] + counter;
    rest = Math.floor(rest / 62);
  }
  return withChecksum(`${PREFIX[object]}${POD}${counter}`);
}

/** Object and row that an id names, `null` for an id of another org or of an object the twin has not. */
export function parseId(id: string): { readonly object: ObjectName; readonly row: number } | null {
  const object = OBJECT_OF_PREFIX.get(id.slice(0, 3));
  if (object === undefined || id.slice(3, 6) !== POD) return null;
  let row = 0;
  for (const character of id.slice(6, 15)) row = row * 62 + DIGITS.indexOf(character);
  return { object, row };
}

/** The 18-character form of an id of 15 or 18 characters; `null` if malformed or its checksum is wrong. */
export function canonicalId(text: string): string | null {
  if (!/^(?:[0-9A-Za-z]{15}|[0-9A-Za-z]{18})$/.test(text)) return null;
  const full = withChecksum(text.slice(0, 15));
  return text.length === 15 || full.toLowerCase() === text.toLowerCase() ? full : null;
}

/** Adds the three characters that say which of the fifteen are upper case. */
function withChecksum(id: string): string {
  let suffix = '';
  for (let group = 0; group < 15; group += 5) {
    let bits = 0;
    for (let place = 0; place < 5; place++) {
      const character = id[group + place]!;
      if (character >= 'A' && character <= 'Z') bits |= 1 << place;
    }
    suffix += CHECKSUM[bits];
  }
  return id + suffix;
}
