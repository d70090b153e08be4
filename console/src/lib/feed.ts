// SPDX-License-Identifier: Apache-2.0
// Server-sent events over fetch: unlike EventSource it tells a refusal (401) from a broken line.

export interface ServerEvent {
  /** Empty: kept nowhere; the feed does not resume behind it. */
  id: string;
  name: string;
  data: string;
}

/** Takes the stream apart as it comes, in pieces of any size. */
export class EventParser {
  #rest = '';
  #event: ServerEvent = { id: '', name: 'message', data: '' };

  push(text: string): ServerEvent[] {
    const found: ServerEvent[] = [];
    // A CR at the end of a piece may have its LF in the next.
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (this.#event.data) found.push({ ...this.#event, data: this.#event.data.replace(/\n$/, '') });
        this.#event = { id: '', name: 'message', data: '' };
        continue;
      }
      const colon = line.indexOf(':');
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
      if (field === 'id') this.#event.id = value;
      else if (field === 'event') this.#event.name = value;
      else if (field === 'data') this.#event.data += value + '\n';
    }
    return found;
  }
}

export interface Listener {
  opened: () => void;
  event: (event: ServerEvent) => void;
}

/** Reads until the line breaks or `signal` says so; the status when it was refused, else 0. */
export async function readFeed(after: string, signal: AbortSignal, listener: Listener): Promise<number> {
  try {
    const answer = await fetch('/api/v1/events', {
      headers: { Accept: 'text/event-stream', ...(after ? { 'Last-Event-ID': after } : {}) },
      cache: 'no-store',
      signal,
    });
    if (!answer.ok || !answer.body) return answer.status;
    listener.opened();
    const parser = new EventParser();
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return 0;
      for (const event of parser.push(value)) listener.event(event);
    }
  } catch {
    return 0;
  }
}
