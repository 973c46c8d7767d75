import type { Sandbox } from '../../sandbox/start.ts';
import type { Crm, MappedObject } from '../../src/domain/crm.ts';

/** A field that an admin makes. */
export type NewField =
  | { readonly kind: 'text'; readonly length?: number }
  | { readonly kind: 'number'; readonly digits?: readonly [whole: number, part: number] }
  | { readonly kind: 'boolean' | 'instant' | 'date' }
  | { readonly kind: 'choice' | 'choices'; readonly options: readonly string[]; readonly hidden?: readonly string[] };

/** Makes a field in a CRM of the sandbox as its admin does; answers the CRM's name of it. */
export async function makeField(
  sandbox: Sandbox,
  crm: Crm,
  object: MappedObject,
  { name, ...field }: NewField & { readonly name: string },
): Promise<string> {
  return crm === 'hubspot'
    ? makeProperty(sandbox.hubspotUrl, object, name, field)
    : makeCustomField(sandbox.salesforceUrl, object, name, field);
}

const PROPERTY_TYPES: Readonly<Record<NewField['kind'], object>> = {
  text: { type: 'string', fieldType: 'text' },
  number: { type: 'number', fieldType: 'number' },
  boolean: { type: 'bool', fieldType: 'booleancheckbox' },
  instant: { type: 'datetime', fieldType: 'date' },
  date: { type: 'date', fieldType: 'date' },
  choice: { type: 'enumeration', fieldType: 'select' },
  choices: { type: 'enumeration', fieldType: 'checkbox' },
};

async function makeProperty(url: string, object: MappedObject, name: string, field: NewField): Promise<string> {
  const path = object === 'company' ? 'companies' : 'contacts';
  const groupName = object === 'company' ? 'companyinformation' : 'contactinformation';
  const choices = 'options' in field ? field.options : [];
  const options = choices.map((value, displayOrder) => ({
    value,
    label: `Choice ${value}`,
    displayOrder,
    hidden: 'hidden' in field && (field.hidden ?? []).includes(value),
  }));
  const body = { name, label: name, groupName, options, ...PROPERTY_TYPES[field.kind] };
  await send(`${url}/crm/properties/2026-09/${path}`, 'pat-sandbox', body);
  return name;
}

const SOBJECTS = { lead: 'Lead', contact: 'Contact', company: 'Account' } as const;

async function makeCustomField(url: string, object: MappedObject, name: string, field: NewField): Promise<string> {
  const form = { grant_type: 'client_credentials', client_id: 'sandbox-client', client_secret: 'sandbox-secret' };
  const signedIn = await fetch(`${url}/services/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) });
  const { access_token: token, id } = (await signedIn.json()) as { access_token: string; id: string };
  const create = (path: string, body: object) => send(`${url}/services/data/v68.0${path}`, token, body);
  const fullName = `${SOBJECTS[object]}.${name}__c`;
  const metadata = { label: name, ...metadataOf(field) };
  await create('/tooling/sobjects/CustomField', { FullName: fullName, Metadata: metadata });
  const set = await create('/sobjects/PermissionSet', { Name: fullName.replaceAll(/\W/g, '_'), Label: name });
  const shown = { SobjectType: SOBJECTS[object], Field: fullName, PermissionsRead: true, PermissionsEdit: true };
  await create('/sobjects/FieldPermissions', { ParentId: set.id, ...shown });
  await create('/sobjects/PermissionSetAssignment', { PermissionSetId: set.id, AssigneeId: id.split('/').at(-1) });
  return `${name}__c`;
}

function metadataOf(field: NewField): object {
  switch (field.kind) {
    case 'text':
      return { type: 'Text', length: field.length ?? 255 };
    case 'number': {
      const [whole, part] = field.digits ?? [16, 2];
      return { type: 'Number', precision: whole + part, scale: part };
    }
    case 'boolean':
      return { type: 'Checkbox', defaultValue: false };
    case 'instant':
      return { type: 'DateTime' };
    case 'date':
      return { type: 'Date' };
    case 'choice':
    case 'choices': {
      const value = field.options.map((fullName) => ({ fullName, label: fullName }));
      const valueSet = { restricted: true, valueSetDefinition: { value } };
      return field.kind === 'choice'
        ? { type: 'Picklist', valueSet }
        : { type: 'MultiselectPicklist', visibleLines: 4, valueSet };
    }
  }
}

async function send(url: string, token: string, body: object): Promise<{ readonly id: string }> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`POST ${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as { id: string };
}
