import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // Two cores: more workers only wait for each other, and for the one database.
    maxWorkers: 2,
    testTimeout: 60_000, // the end-to-end tests start whole processes
    hookTimeout: 120_000,
  },
});
