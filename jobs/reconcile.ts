import { z } from 'zod';
import { reconcile } from '../src/sync/reconcile.ts';
import { defineJob } from './job.ts';
import type { Services } from './services.ts';

/** Compares our leads with the CRM's, record by record, and repairs what a pull has missed. */
export const reconcileJob = defineJob({
  name: 'reconcile',
  payload: z.strictObject({ connectionId: z.uuid() }),
  attempts: 5,
  run: async ({ connectionId }, services: Services, signal) => {
    const { source, store } = await services.toReconcile(connectionId);
    return { streams: await reconcile(source, store, signal) };
  },
});
