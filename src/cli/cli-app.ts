import type { Certificate } from '../domain/certificate.ts';
import type { AccountCheck, Crm, Provisioned } from '../domain/crm.ts';

/** A connection as a list shows it. */
export interface ConnectionLine {
  readonly name: string;
  readonly crm: Crm;
  readonly accountId: string;
  readonly state: string;
}

/** What a person asks to have connected. */
export interface ConnectionRequest {
  readonly name: string;
  readonly crm: Crm;
  readonly baseUrl: string | null;
  /** Mapping file; `null` takes the one that comes along. */
  readonly mappingFile: string | null;
  readonly credentials: object;
}

/** A record that is set aside. */
export interface QuarantineLine {
  readonly id: string;
  readonly connection: string;
  readonly stage: string;
  readonly stream: string;
  readonly crm_id: string;
  readonly cause: string;
  readonly message: string;
  readonly attempts: number;
  readonly first_at: Date;
}

/** One line of the doctor: ok, or what to do. */
export interface Finding {
  readonly name: string;
  readonly isOk: boolean;
  readonly message: string;
}

/** What the commands need of the opened house. */
export interface CliApp {
  addConnection(request: ConnectionRequest): Promise<AccountCheck>;
  listConnections(): Promise<readonly ConnectionLine[]>;
  testConnection(name: string): Promise<AccountCheck>;
  renewConnection(name: string, credentials: object): Promise<AccountCheck>;
  removeConnection(name: string): Promise<void>;
  provision(name: string, dryRun: boolean): Promise<readonly Provisioned[]>;
  /** Runs a sync to its end with a worker of its own; other workers share the work. */
  sync(name: string, options: { readonly full: boolean; readonly tell: (line: string) => void }): Promise<Certificate>;
  certificate(run: string): Promise<Certificate>;
  quarantine(): Promise<readonly QuarantineLine[]>;
  publishModel(name: string): Promise<string>;
  listModels(): Promise<readonly { readonly name: string; readonly version: number }[]>;
  doctor(): Promise<readonly Finding[]>;
  close(): Promise<void>;
}

/** Opens the house, runs a command in it and closes it again, whatever happens. */
export type WithApp = <T>(command: (app: CliApp) => Promise<T>) => Promise<T>;
