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
  },
  cityField: 'city',
  noSuchLead: { object: 'contact', crmId: '99999999' },
  sameStampLeads: 10_100,
});
