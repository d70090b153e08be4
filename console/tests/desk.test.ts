// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { queryOf, viewOf } from '../src/desk/views';
import { shortTime } from '../src/lib/when';

test('the address names the view; anything else is the first', () => {
  expect(viewOf('view=mine')).toBe('mine');
  expect(viewOf('')).toBe('unresolved');
  expect(viewOf('view=toString')).toBe('unresolved');
  expect(queryOf('mine')).toEqual({ assignee: ['me'], unresolved: true });
  expect(queryOf('all')).toEqual({});
});

test('today is told by its time, in the zone of whoever looks', () => {
  const now = Date.parse('2026-03-01T16:00:00Z'); // 2 March, 01:00, in Tokyo
  expect(shortTime('2026-03-01T15:30:00Z', now, 'ja', 'Asia/Tokyo')).toBe('00:30');
  expect(shortTime('2026-03-01T14:30:00Z', now, 'ja', 'Asia/Tokyo')).toBe('3月1日');
  expect(shortTime('2026-03-01T14:30:00Z', now, 'en', 'UTC')).toBe('14:30');
  expect(shortTime('2024-03-01T14:30:00Z', now, 'en', 'UTC')).toBe('Mar 1, 2024');
});
