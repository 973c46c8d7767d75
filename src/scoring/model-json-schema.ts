import { z } from 'zod';
import { ModelFile } from './model.ts';

/** The JSON Schema of a model file, by which editors complete and check the YAML while it is written. */
export function modelJsonSchema(): object {
  return z.toJSONSchema(ModelFile, { io: 'input' });
}
