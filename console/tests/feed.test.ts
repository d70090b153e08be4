// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { EventParser } from '../src/lib/feed';

test('events come out whole, wherever the stream was cut', () => {
  const stream = 'id: 7\nevent: case.taken\ndata: {"a":\ndata: 1}\n\n: heartbeat\n\ndata: x\r\n\r\n';
  const expected = [
    { id: '7', name: 'case.taken', data: '{"a":\n1}' },
    { id: '', name: 'message', data: 'x' },
  ];
  for (let cut = 0; cut <= stream.length; ++cut) {
    if (stream[cut - 1] === '\r') continue; // a line's end in two pieces is the next test's
    const parser = new EventParser();
    expect([...parser.push(stream.slice(0, cut)), ...parser.push(stream.slice(cut))], `cut at ${cut}`).toEqual(
      expected,
    );
  }
});

test('a line end that is cut between CR and LF is one', () => {
  const parser = new EventParser();
  expect([...parser.push('id: 1\r'), ...parser.push('\ndata: x\r\n\r\n')]).toEqual([
    { id: '1', name: 'message', data: 'x' },
  ]);
});

test('an event without an end is none yet', () => {
  expect(new EventParser().push('data: x\n')).toEqual([]);
});
