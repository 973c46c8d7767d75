import { PREFIX } from '../ids.ts';
import type { Org } from '../org.ts';
import type { Sobject } from '../schema/sobject.ts';
import { type Api, type ApiAnswer, type ApiRequest, basePathOf, ok, type Route } from './api.ts';
import { describedField } from './describe-field.ts';
import { tableInPath } from './record-routes.ts';

/** What the org has: objects and their fields, as far as the user may see them. */
export const describeRoutes: readonly Route[] = [
  { method: 'GET', path: /^\/?$/, run: (_api, request) => ok(resources(request)) },
  { method: 'GET', path: /^\/sobjects$/, run: globalDescribe },
  { method: 'GET', path: /^\/sobjects\/(\w+)$/, run: (api, request, [object]) => basicInfo(api, request, object!) },
  {
    method: 'GET',
    path: /^\/sobjects\/(\w+)\/describe$/,
    run: (api, request, [object]) => describe(api, request, object!),
  },
];

function resources(request: ApiRequest): object {
  const names = ['composite', 'limits', 'query', 'queryAll', 'sobjects', 'tooling'];
  return Object.fromEntries(names.map((name) => [name, `${basePathOf(request)}/${name}`]));
}

function globalDescribe({ org }: Api, request: ApiRequest): ApiAnswer {
  const sobjects = org.sobjects().map((sobject) => objectDescribe(sobject, request));
  return ok({ encoding: 'UTF-8', maxBatchSize: 200, sobjects });
}

function basicInfo({ org }: Api, request: ApiRequest, object: string): ApiAnswer {
  const { sobject } = tableInPath(org, object);
  return ok({ objectDescribe: objectDescribe(sobject, request), recentItems: [] });
}

function objectDescribe({ name, label, labelPlural, isWritable }: Sobject, request: ApiRequest): object {
  const root = `${basePathOf(request)}/sobjects/${name}`;
  return {
    activateable: false,
    createable: isWritable,
    custom: false,
    customSetting: false,
    deletable: isWritable,
    deprecatedAndHidden: false,
    feedEnabled: isWritable,
    hasSubtypes: false,
    isSubtype: false,
    keyPrefix: PREFIX[name],
    label,
    labelPlural,
    layoutable: isWritable,
    mergeable: ['Lead', 'Contact', 'Account'].includes(name),
    mruEnabled: isWritable,
    name,
    queryable: true,
    replicateable: true,
    retrieveable: true,
    searchable: isWritable,
    triggerable: isWritable,
    undeletable: isWritable,
    updateable: isWritable,
    urls: { sobject: root, describe: `${root}/describe`, rowTemplate: `${root}/{ID}` },
  };
}

function describe({ org }: Api, request: ApiRequest, object: string): ApiAnswer {
  const { sobject } = tableInPath(org, object);
  const common = objectDescribe(sobject, request) as { readonly urls: object };
  const root = `${basePathOf(request)}/sobjects/${sobject.name}`;
  return ok({
    actionOverrides: [],
    ...common,
    childRelationships: childRelationships(org, sobject),
    compactLayoutable: true,
    fields: org
      .visibleFields(sobject)
      .map((field) => describedField(field, org.access.canEdit(sobject.name, field.name))),
    listviewable: null,
    lookupLayoutable: null,
    namedLayoutInfos: [],
    networkScopeFieldName: null,
    recordTypeInfos: [masterRecordType(root)],
    searchLayoutable: true,
    sobjectDescribeOption: 'FULL',
    supportedScopes: [{ label: `All ${sobject.labelPlural.toLowerCase()}`, name: 'everything' }],
    urls: { ...common.urls, ...layoutUrls(root, sobject) },
  });
}

function layoutUrls(root: string, { name }: Sobject): object {
  return {
    compactLayouts: `${root}/describe/compactLayouts`,
    approvalLayouts: `${root}/describe/approvalLayouts`,
    layouts: `${root}/describe/layouts`,
    listviews: `${root}/listviews`,
    quickActions: `${root}/quickActions`,
    uiDetailTemplate: '/{ID}',
    uiEditTemplate: '/{ID}/e',
    uiNewRecord: `/${PREFIX[name]}/e`,
  };
}

function masterRecordType(root: string): object {
  const recordTypeId = '012000000000000AAA';
  return {
    active: true,
    available: true,
    defaultRecordTypeMapping: true,
    master: true,
    name: 'Master',
    recordTypeId,
    urls: { layout: `${root}/describe/layouts/${recordTypeId}` },
  };
}

function childRelationships(org: Org, parent: Sobject): readonly object[] {
  return org.sobjects().flatMap((child) =>
    [...child.fields.values()]
      .filter(({ referenceTo }) => referenceTo.includes(parent.name))
      .map(({ name }) => ({
        cascadeDelete: false,
        childSObject: child.name,
        deprecatedAndHidden: false,
        field: name,
        junctionIdListNames: [],
        junctionReferenceTo: [],
        relationshipName: child.labelPlural.replaceAll(' ', ''),
        restrictedDelete: false,
      })),
  );
}
