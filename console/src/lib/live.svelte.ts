// SPDX-License-Identifier: Apache-2.0
import type { Schemas } from '../api/client';
import { readFeed, type ServerEvent } from './feed';
import { session } from './session.svelte';

/**
 * The change feed, read once per browser: the window that holds the lock reads it and hands it to the others.
 * When that window goes, the next one goes on from the last event it has seen, without a gap.
 */
export type Change = Schemas['Event'];

const lockName = 'madoguchi-events';
const waitsMs = [1_000, 2_000, 5_000, 10_000];
const graceMs = 3_000;

export const live = $state({ state: 'connecting' as 'connecting' | 'live' | 'broken', since: Date.now() });

type Told = { event: ServerEvent } | { state: 'live' | 'broken' };
const handlers = new Set<(change: Change) => void>();
const resyncs = new Set<() => void>();
let lastId = '';

/** Called with each change; for $effect(() => onChange(…)). */
export function onChange(handler: (change: Change) => void): () => void {
  handlers.add(handler);
  return () => handlers.delete(handler);
}

/** Called when changes may have been missed: everything is to be asked for anew. */
export function onResync(handler: () => void): () => void {
  resyncs.add(handler);
  return () => resyncs.delete(handler);
}

function setState(state: 'live' | 'broken'): void {
  if (live.state === state) return;
  live.state = state;
  live.since = Date.now();
}

function hear(event: ServerEvent): void {
  if (event.id) lastId = event.id;
  const change = JSON.parse(event.data) as Change;
  for (const handler of handlers) handler(change);
}

function resync(): void {
  for (const handler of resyncs) handler();
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    const timer = setTimeout(finish, ms);
    function finish(): void {
      clearTimeout(timer);
      window.removeEventListener('online', finish);
      signal.removeEventListener('abort', finish);
      done();
    }
    window.addEventListener('online', finish);
    signal.addEventListener('abort', finish);
  });

async function lead(signal: AbortSignal, tell: (told: Told) => void): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    let opened = false;
    const grace = setTimeout(() => tell({ state: 'broken' }), graceMs);
    const status = await readFeed(lastId, signal, {
      opened: () => {
        clearTimeout(grace);
        opened = true;
        failures = 0;
        if (!lastId) resync();
        tell({ state: 'live' });
      },
      event: (event) => tell({ event }),
    });
    clearTimeout(grace);
    if (signal.aborted) return;
    if (status === 401) session.state = 'expired';
    // The feed does not know that place any more.
    if (status === 422 || status === 400) {
      lastId = '';
      resync();
    }
    if (!opened) {
      tell({ state: 'broken' });
      failures += 1;
    }
    if (session.state === 'expired') return;
    await pause(waitsMs[Math.min(failures, waitsMs.length - 1)] ?? 1_000, signal);
  }
}

/** Until the returned function is called. */
export function startLive(): () => void {
  const stop = new AbortController();
  const channel = new BroadcastChannel(lockName);
  const apply = (told: Told): void => {
    if ('event' in told) hear(told.event);
    else setState(told.state);
  };
  const tell = (told: Told): void => {
    apply(told);
    channel.postMessage(told);
  };
  channel.onmessage = ({ data }: MessageEvent<Told | { hello: true }>) => {
    if (!('hello' in data)) apply(data);
    else if (leading) channel.postMessage({ state: live.state === 'live' ? 'live' : 'broken' });
  };
  let leading = false;
  channel.postMessage({ hello: true });
  const done = navigator.locks
    .request(lockName, { signal: stop.signal }, () => {
      leading = true;
      return lead(stop.signal, tell);
    })
    .catch(() => undefined); // not asked for any more
  return () => {
    stop.abort();
    void done.then(() => channel.close());
  };
}
