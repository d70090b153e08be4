// SPDX-License-Identifier: Apache-2.0
import createClient, { type Middleware } from 'openapi-fetch';

import { Problem } from './problem';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];

/** What each call needs to know of the session; src/lib/session fills it in. */
export const credentials = {
  csrfToken: '',
  language: 'ja',
  /** A call was refused because nobody is signed in any more. */
  onExpired: (): void => {},
};

const guard: Middleware = {
  onRequest({ request }) {
    request.headers.set('Accept-Language', credentials.language);
    if (request.method !== 'GET' && credentials.csrfToken) {
      request.headers.set('X-CSRF-Token', credentials.csrfToken);
    }
    return request;
  },
  onResponse({ response, schemaPath }) {
    if (response.status === 401 && schemaPath !== '/api/v1/sessions') credentials.onExpired();
  },
};

/** Every call of the console goes through here; paths, bodies and answers are typed by the description. */
export const api = createClient<paths>({
  baseUrl: '',
  // As it is in the moment of the call: tests put theirs in place.
  fetch: (request) => globalThis.fetch(request),
  // A list repeats its name: status=new&status=open.
  querySerializer: { array: { style: 'form', explode: true } },
});
api.use(guard);

interface Outcome<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The answer's data, or a thrown Problem. */
export async function take<T>(call: Promise<Outcome<T>>): Promise<T> {
  let outcome: Outcome<T>;
  try {
    outcome = await call;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem(0, 'unreachable', credentials.language === 'ja' ? '接続できません。' : 'The hub cannot be reached.');
  }
  if (!outcome.response.ok) throw Problem.from(outcome.response.status, outcome.error);
  return outcome.data as T;
}

/** If-Match of a resource as the caller knows it. */
export function match(version: number): { header: { 'If-Match': string } } {
  return { header: { 'If-Match': `"${version}"` } };
}
