import { describeConnectorContract } from './connector-contract.ts';
import { connectorTo, MAPPING } from './hubspot-fixture.ts';

describeConnectorContract('hubspot', {
  mapping: MAPPING,
  settings: { hubspot: { searchLagMs: 0 } },
  connect: connectorTo,
  refOf: (crmId) => ({ object: 'contact', crmId }),
  routes: {
    pullLeads: 'GET /crm/objects/*/contacts',
    writeLeads: 'POST /crm/objects/*/contacts/batch/update',
    createTasks: 'POST /crm/objects/*/tasks/batch/create',
    readLeads: 'POST /crm/objects/*/contacts/batch/read',
    readTasks: 'POST /crm/objects/*/tasks/batch/read',
    removeTasks: 'POST /crm/objects/*/tasks/batch/archive',
  },
  stages: { field: 'lifecyclestage', low: 'lead', high: 'marketingqualifiedlead', object: 'contact' },
  taskEdits: { done: { hs_task_status: 'COMPLETED' }, renamed: { hs_task_subject: 'Call after lunch' } },
  cityField: 'city',
  importKind: 'import',
  callsToCount: (records) => Math.ceil(records / 100),
  noSuchLead: { object: 'contact', crmId: '99999999' },
  sameStampLeads: 10_100,
});
