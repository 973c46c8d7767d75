import type { TaskPolicy } from '../../src/domain/mapping.ts';

/** The task policy of a mapping file that says nothing about tasks. */
export const DEFAULT_TASK_POLICY: TaskPolicy = {
  enabled: true,
  band: 'hot',
  dueWithinMinutes: 60,
  coolDownDays: 14,
  businessHours: { timeZone: 'UTC', days: [1, 2, 3, 4, 5], from: '09:00', to: '18:00' },
  reps: [],
};
