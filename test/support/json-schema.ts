/** A schema as an editor reads it, as far as ours goes. */
interface Schema {
  readonly [keyword: string]: unknown;
}

/** Whether an editor would take a value by a JSON Schema (2020-12, the keywords that ours uses). */
export function isValid(value: unknown, root: Schema): boolean {
  return new Validator(root).accepts(root, value);
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

class Validator {
  readonly #root: Schema;

  constructor(root: Schema) {
    this.#root = root;
  }

  accepts(schema: Schema | boolean, value: unknown): boolean {
    if (typeof schema === 'boolean') return schema;
    return Object.entries(schema).every(([keyword, operand]) => this.#meets(keyword, operand, value, schema));
  }

  #meets(keyword: string, operand: unknown, value: unknown, schema: Schema): boolean {
    const schemas = operand as readonly Schema[]; // of the keywords that take several
    const inner = operand as Schema; // of the keywords that take one
    const [number, list, map] = [Number(value), Array.isArray(value) ? value : [], isMap(value) ? value : {}];
    const known = Object.keys(isMap(schema.properties) ? schema.properties : {});
    switch (keyword) {
      case '$ref':
        return this.accepts(
          String(operand)
            .split('/')
            .slice(1)
            .reduce<Schema>((at, key) => at[key] as Schema, this.#root),
          value,
        );
      case 'type':
        return [operand]
          .flat()
          .some((type) => typeOf(value) === type || (type === 'number' && typeOf(value) === 'integer'));
      case 'const':
        return value === operand;
      case 'enum':
        return (operand as readonly unknown[]).includes(value);
      case 'pattern':
        return typeof value !== 'string' || new RegExp(String(operand), 'u').test(value);
      case 'minimum':
        return typeof value !== 'number' || number >= Number(operand);
      case 'maximum':
        return typeof value !== 'number' || number <= Number(operand);
      case 'exclusiveMinimum':
        return typeof value !== 'number' || number > Number(operand);
      case 'minItems':
        return !Array.isArray(value) || list.length >= Number(operand);
      case 'maxItems':
        return !Array.isArray(value) || list.length <= Number(operand);
      case 'items':
        return list
          .slice(Array.isArray(schema.prefixItems) ? schema.prefixItems.length : 0)
          .every((one) => this.accepts(inner, one));
      case 'prefixItems':
        return list.every((one, index) => schemas[index] === undefined || this.accepts(schemas[index], one));
      case 'anyOf':
        return schemas.some((one) => this.accepts(one, value));
      case 'oneOf':
        return schemas.filter((one) => this.accepts(one, value)).length === 1;
      case 'required':
        return !isMap(value) || (operand as readonly string[]).every((key) => key in value);
      case 'properties':
        return known.every((key) => !(key in map) || this.accepts(inner[key] as Schema, map[key]));
      case 'additionalProperties': {
        const further = Object.keys(map).filter((key) => !known.includes(key));
        return operand === false ? further.length === 0 : further.every((key) => this.accepts(inner, map[key]));
      }
      case 'propertyNames':
        return Object.keys(map).every((key) => this.accepts(inner, key));
      case '$schema':
      case '$defs':
      case 'id':
      case 'title':
      case 'default':
      case 'description':
        return true;
      default:
        throw new Error(`The JSON Schema has a keyword that is not checked: ${keyword}`);
    }
  }
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}
