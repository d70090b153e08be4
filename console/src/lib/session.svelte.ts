// SPDX-License-Identifier: Apache-2.0
import { api, credentials, take, type Schemas } from '../api/client';
import { Problem } from '../api/problem';

/**
 * Who sits here. `expired`: somebody did, and the page stays as it is, with what was typed, until they have
 * signed in again.
 */
class Session {
  state = $state<'unknown' | 'out' | 'in' | 'expired' | 'unreachable'>('unknown');
  me = $state<Schemas['Me'] | null>(null);

  may(permission: string): boolean {
    return this.me?.permissions.includes(permission) ?? false;
  }
}

export const session = new Session();

credentials.onExpired = () => {
  if (session.state === 'in') session.state = 'expired';
};

/** Asks who is signed in. */
export async function recogniseMe(): Promise<void> {
  try {
    const me = await take(api.GET('/api/v1/me'));
    credentials.csrfToken = me.csrf_token ?? '';
    session.me = me;
    session.state = 'in';
  } catch (error) {
    if (error instanceof Problem && error.status === 401) {
      session.state = session.me ? 'expired' : 'out';
    } else {
      session.state = session.me ? session.state : 'unreachable';
    }
  }
}

/** Throws a Problem; of the type second-factor-required when a code is to be asked for. */
export async function signIn(wish: Schemas['SignIn']): Promise<void> {
  const made = await take(api.POST('/api/v1/sessions', { body: wish }));
  credentials.csrfToken = made.csrf_token ?? '';
  await recogniseMe();
}

/** The session goes on under a new token. */
export function renewToken(token: string | null | undefined): void {
  if (token) credentials.csrfToken = token;
}

export async function signOut(): Promise<void> {
  await take(api.DELETE('/api/v1/sessions/{id}', { params: { path: { id: 'current' } } }));
  session.me = null;
  session.state = 'out';
  credentials.csrfToken = '';
}
