import { describe, expect, it } from 'vitest';
import { changerOf } from '../../connectors/hubspot/changer.ts';
import { PropertyVersion } from '../../connectors/hubspot/schemas.ts';

const version = (source: object) => PropertyVersion.parse({ value: '7', timestamp: '2026-11-23T08:00:00Z', ...source });

describe('changerOf', () => {
  it.each<[object, string, string | null]>([
    [{ sourceType: 'INTEGRATION', sourceId: '1000001' }, 'us', '1000001'],
    [{ sourceType: 'INTEGRATION', sourceId: '41691680' }, 'integration', '41691680'],
    [{ sourceType: 'SALESFORCE' }, 'integration', 'SALESFORCE'],
    [{ sourceType: 'CRM_UI', sourceId: 'userId:51446676', updatedByUserId: 51_446_676 }, 'user', '51446676'],
    [{ sourceType: 'CRM_UI', sourceId: 'userId:51446676' }, 'user', '51446676'],
    [
      { sourceType: 'AUTOMATION_PLATFORM', sourceId: 'enrollmentId:7;actionExecutionIndex:0' },
      'workflow',
      'enrollmentId:7;actionExecutionIndex:0',
    ],
    [{ sourceType: 'DEALS', sourceId: 'deal-9' }, 'workflow', 'deal-9'],
    [{ sourceType: 'IMPORT', sourceId: '300000001' }, 'import', '300000001'],
    [{ sourceType: 'MERGE_CONTACTS', sourceId: 'mergedVid:7' }, 'user', null],
    [{ sourceType: 'FORM', sourceId: '5a4db0c5-00f0-4000-8000-000000000001' }, 'unknown', expect.any(String)],
    [{ sourceType: 'SOMETHING_NEW', updatedByUserId: 12 }, 'user', '12'],
    [{ sourceType: 'SOMETHING_NEW' }, 'unknown', 'SOMETHING_NEW'],
    [{}, 'unknown', null],
  ])('takes %j for: %s', (source, kind, id) => {
    expect(changerOf(version(source), '1000001')).toEqual({ kind, id });
  });

  it('cannot tell apps apart while it does not know its own', () => {
    const told = changerOf(version({ sourceType: 'INTEGRATION', sourceId: '41691680' }), null);
    expect(told).toEqual({ kind: 'unknown', id: '41691680' });
  });

  it('never tells the name or the address of a person', () => {
    const sources = [
      { sourceType: 'CRM_UI', sourceId: 'anna.berg@acme.example', sourceLabel: 'Anna Berg' },
      { sourceType: 'IMPORT', sourceId: 'Anna Berg', sourceLabel: 'leads of Anna.csv' },
      { sourceType: 'API', sourceId: 'anna1@acme.example' },
      { sourceType: 'WORKFLOWS', sourceId: 'Annas-workflow' },
    ];
    expect(JSON.stringify(sources.map((source) => changerOf(version(source), '1')))).not.toMatch(/anna|berg/i);
  });
});
