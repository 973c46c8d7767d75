import { Client } from '@hubspot/api-client';

interface Decorator {
  decorate(): (request: { getUrl(): URL; getSendData(): RequestInit }) => Promise<Response>;
}

/** One HTTP request below the base URL. */
export interface HubspotRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON; a text is sent as a form. */
  readonly body?: object | string;
  /** Bearer token; absent for the token endpoint itself. */
  readonly token?: string;
}

/** What came back, read to the end. */
export interface HubspotResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/**
 * HubSpot's client, able to be aborted and unable to leave its host.
 *
 * The client passes no signal to its socket and follows redirects with the request's body, which holds contact data.
 * Its hook for both is a decorator; decorators live in a process-wide singleton that each new client overwrites, so
 * ours is put in for the one synchronous moment in which `apiRequest` takes it, and removed again.
 */
export class PinnedClient extends Client {
  private decorators: Decorator[] | undefined;

  constructor(baseUrl: string) {
    super({ basePath: baseUrl });
  }

  /** Sends once. Rejects with the network's own error. */
  async request({ method, path, query, body, token }: HubspotRequest, signal: AbortSignal): Promise<HubspotResponse> {
    const isForm = typeof body === 'string';
    const sent = this.pinned(signal, () =>
      this.apiRequest({
        method,
        path,
        authType: 'none',
        headers: {
          'Content-Type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
          ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        },
        ...(query === undefined ? {} : { qs: query }),
        ...(body === undefined ? {} : { body, defaultJson: !isForm }),
      }),
    );
    const response = await sent;
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  protected override getDecorators(): Decorator[] {
    return this.decorators ?? [];
  }

  private pinned<T>(signal: AbortSignal, send: () => T): T {
    this.decorators = [
      {
        decorate: () => (request) => fetch(request.getUrl(), { ...request.getSendData(), redirect: 'manual', signal }),
      },
    ];
    this.init();
    try {
      return send();
    } finally {
      this.decorators = undefined;
      this.init();
    }
  }
}
