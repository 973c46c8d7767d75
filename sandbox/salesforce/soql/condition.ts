import soql, { type Query, type WhereClause } from 'soql-parser-js';
import { ApiError } from '../api-error.ts';

/** One comparison of a WHERE clause. */
export interface Comparison {
  readonly kind: 'comparison';
  readonly path: string;
  readonly operator: string;
  readonly literals: readonly Literal[];
  readonly subquery: Query | null;
}

/** A literal as it stands in the query: strings with their quotes. */
export interface Literal {
  readonly type: string;
  readonly text: string;
  /** n of `LAST_N_DAYS:n`. */
  readonly count: number;
}

/** A WHERE clause as a tree. */
export type Condition =
  | Comparison
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition };

/** Longest query, in characters. */
const MAX_SOQL = 100_000;

/** Parses a query. @throws {ApiError} `MALFORMED_QUERY`. */
export function parseSoql(text: string): Query {
  if (text.length > MAX_SOQL) throw malformed('SOQL statements cannot be longer than 100000 characters.');
  try {
    return soql.parseQuery(text);
  } catch (error) {
    throw malformed(error instanceof Error ? (error.message.split('\n')[0] ?? 'unexpected token') : 'unexpected token');
  }
}

/** The tree of a WHERE clause. @throws {ApiError} `MALFORMED_QUERY` when AND and OR meet without parentheses. */
export function conditionOf(where: WhereClause): Condition {
  const tokens = tokensOf(where);
  let place = 0;
  const expression = (): Condition => {
    const parts = [term()];
    let joint: string | null = null;
    while (tokens[place] === 'AND' || tokens[place] === 'OR') {
      const operator = tokens[place++] as string;
      if (joint !== null && joint !== operator) throw malformed(`unexpected token: ${operator}`);
      joint = operator;
      parts.push(term());
    }
    return joint === null ? parts[0]! : { kind: joint === 'AND' ? 'and' : 'or', parts };
  };
  const term = (): Condition => {
    const token = tokens[place++];
    if (token === 'NOT') return { kind: 'not', part: term() };
    if (token !== '(') return token as Comparison;
    const inner = expression();
    place += 1;
    return inner;
  };
  return expression();
}

type Token = '(' | ')' | 'AND' | 'OR' | 'NOT' | Comparison;

/** The parser nests to the right and leaves the parentheses as counts; this lays the clause out in order. */
function tokensOf(where: WhereClause): readonly Token[] {
  const tokens: Token[] = [];
  let clause: WhereClause | undefined = where;
  while (clause !== undefined) {
    const { left } = clause;
    const parens = left as { openParen?: number; closeParen?: number } | null; // every kind of left may have them
    for (let count = 0; count < (parens?.openParen ?? 0); count++) tokens.push('(');
    if (left !== null && 'operator' in left) tokens.push(comparisonOf(left));
    for (let count = 0; count < (parens?.closeParen ?? 0); count++) tokens.push(')');
    if ('operator' in clause && 'right' in clause) {
      tokens.push(clause.operator);
      clause = clause.right;
    } else clause = undefined;
  }
  return tokens;
}

function comparisonOf(left: object): Comparison {
  // The parser's union has a member for every kind of literal; all share these optional parts.
  const part = left as {
    field?: string;
    operator: string;
    value?: string | string[];
    literalType?: string | string[];
    dateLiteralVariable?: number | number[];
    valueQuery?: Query;
  };
  if (part.field === undefined) throw malformed('functions in a filter are not supported by the sandbox');
  const values = part.value === undefined ? [] : [part.value].flat();
  return {
    kind: 'comparison',
    path: part.field,
    operator: part.operator.toUpperCase(),
    literals: values.map((text, index) => ({
      type: [part.literalType ?? 'STRING'].flat()[index] ?? [part.literalType ?? 'STRING'].flat()[0]!,
      text: String(text),
      count: Number([part.dateLiteralVariable ?? 0].flat()[index] ?? 0),
    })),
    subquery: part.valueQuery ?? null,
  };
}

/** The query cannot be understood. */
export function malformed(message: string): ApiError {
  return new ApiError(400, 'MALFORMED_QUERY', message);
}
