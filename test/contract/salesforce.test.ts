import { leadRefOf } from '../../connectors/salesforce/people.ts';
import { describeConnectorContract } from './connector-contract.ts';
import { connectorTo, MAPPING } from './salesforce-fixture.ts';

describeConnectorContract('salesforce', {
  mapping: MAPPING,
  settings: {},
  connect: connectorTo,
  refOf: (crmId) => leadRefOf(crmId)!, // the sandbox names leads and contacts only
  routes: {
    pullLeads: 'GET /services/data/*/queryAll',
    writeLeads: 'PATCH /services/data/*/composite/sobjects',
    createTasks: 'POST /services/data/*/composite/sobjects',
    readLeads: 'POST /services/data/*/composite/sobjects/Lead',
    readTasks: 'POST /services/data/*/composite/sobjects/Task',
    removeTasks: 'DELETE /services/data/*/composite/sobjects',
  },
  stages: { field: 'Status', low: 'Open - Not Contacted', high: 'Working - Contacted', object: 'lead' },
  taskEdits: { done: { Status: 'Completed' }, renamed: { Subject: 'Call after lunch' } },
  cityField: 'City',
  contactCityField: 'MailingCity',
  hasQueues: true,
  importKind: 'user',
  callsToCount: () => 1,
  noSuchLead: { object: 'lead', crmId: '00QSb000000FXsjMAG' },
  sameStampLeads: 10_100,
});
