// SPDX-License-Identifier: Apache-2.0

/** What the hub refused or failed at (RFC 9457), in the reader's language; `status` 0: it was not reached. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly type: string;

  constructor(
    readonly status: number,
    type: string,
    detail: string,
    /** The whole document: some problems say more, such as what came meanwhile. */
    readonly body: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail);
    this.type = type.replace('urn:madoguchi:problem:', '');
  }

  static from(status: number, body: unknown): Problem {
    if (typeof body !== 'object' || body === null) return new Problem(status, 'unreadable', `HTTP ${status}`);
    const document = body as Record<string, unknown>;
    const text = (name: string): string => (typeof document[name] === 'string' ? document[name] : '');
    const errors = Array.isArray(document['errors']) ? (document['errors'] as { message?: unknown }[]) : [];
    const first = errors.map((one) => one.message).filter((one) => typeof one === 'string');
    return new Problem(
      status,
      text('type'),
      first.length > 0 ? first.join(' ') : text('detail') || text('title') || `HTTP ${status}`,
      document,
    );
  }
}

export function isProblem(error: unknown, type: string): error is Problem {
  return error instanceof Problem && error.type === type;
}
