import type { CompiledGrade } from './compile-model.ts';
import type { ScoreModel } from './model.ts';

/**
 * Band of a whole score: the first whose `from` it reaches, else the last.
 *
 * A lead stays in `previousBand` while it would fall below it by no more than the hysteresis; it rises at once.
 */
export function bandOf(
  { bands, hysteresis }: Pick<ScoreModel, 'bands' | 'hysteresis'>,
  score: number,
  previousBand: string | null | undefined,
): string {
  let natural = 0;
  while (natural < bands.length - 1 && score < bands[natural]!.from) natural += 1;
  for (let better = 0; better < natural; better += 1) {
    const { name, from } = bands[better]!;
    if (name === previousBand && score >= from - hysteresis) return name;
  }
  return bands[natural]!.name;
}

/** Letters of the dimensions' points after their caps, unrounded; `null` for a model without grades. */
export function gradeOf(grades: readonly CompiledGrade[], dimensions: Readonly<Record<string, number>>): string | null {
  if (grades.length === 0) return null;
  let grade = '';
  for (const { dimension, letters } of grades) {
    const cp = dimensions[dimension]!;
    grade += (letters.find(({ from }) => cp >= from * 100) ?? letters.at(-1)!).letter;
  }
  return grade;
}
