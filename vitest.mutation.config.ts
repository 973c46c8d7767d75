import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files of properties on many random cases: what plain examples find first need not be looked for in these. */
const SLOW = [
  ...['model-templates', 'scoring-invariants', 'scoring-what-if', 'scoring-next-review'],
  ...['scoring-contradiction', 'scoring-safe-patterns'],
];

class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => SLOW.findIndex((name) => moduleId.includes(name));
    return files.toSorted((a, b) => rank(a) - rank(b));
  }
}

/** The tests of src/scoring alone, without the servers that other tests need; read by stryker.config.json. */
export default defineConfig({
  test: {
    include: ['test/unit/{scoring,model}-*.test.ts'],
    // Runs the engine in processes of its own, which mutants do not reach.
    exclude: ['test/unit/scoring-command.test.ts'],
    setupFiles: ['test/support/mutation-setup.ts'],
    isolate: false,
    testTimeout: 30_000,
    sequence: { sequencer: QuickFirst },
    env: { MUTATION: '1' },
  },
});
