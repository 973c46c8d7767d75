import type { Twin, TwinOptions } from '../twin.ts';
import { salesforceApp } from './app.ts';
import { Org } from './org.ts';
import { readSettings } from './settings.ts';
import { stateOf } from './state.ts';
import { addActivity, completeTasks, currentIdOf, deleteLead, editRecords } from './world-edits.ts';
import { convertLead } from './write/convert-lead.ts';
import { mergeRecords } from './write/merge-records.ts';

/**
 * A Salesforce org of API version 68.0 over the world's people; state in memory, the same in every run.
 *
 * @throws {LeadScoringError} `CONFIG_INVALID` naming each wrong setting
 */
export function createSalesforceTwin(options: TwinOptions): Twin {
  const settings = readSettings(options.settings);
  const org = new Org(options.world, options.clock, settings);
  return {
    app: salesforceApp(org, options),
    hint: [`client id      ${settings.clientId}`, `client secret  ${settings.clientSecret}`],
    state: () => stateOf(org),
    leadId: (person) => currentIdOf(org, person),
    addActivity: (person, activity) => addActivity(org, person, activity),
    editLeads: (crmIds, values, by) => editRecords(org, crmIds, values, by),
    editTasks: (crmIds, values, by) => editRecords(org, crmIds, values, by),
    mergeLeads: (winnerId, loserId) => mergeRecords(org, winnerId, loserId),
    convertLead: (crmId) => convertLead(org, crmId, { withOpportunity: false }).contactId,
    deleteLead: (crmId) => deleteLead(org, crmId),
    completeTasks: (crmId) => completeTasks(org, crmId),
  };
}
