// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { isProblem, Problem } from '../src/api/problem';

test('what is wrong with the fields comes before the general words', () => {
  const problem = Problem.from(422, {
    type: 'urn:madoguchi:problem:validation',
    title: 'Invalid',
    detail: 'Two fields.',
    errors: [{ pointer: '/a', message: 'Too long.' }, { pointer: '/b', message: 'Missing.' }],
  });
  expect(problem.message).toBe('Too long. Missing.');
  expect(isProblem(problem, 'validation')).toBe(true);
  expect(isProblem(problem, 'conflict')).toBe(false);
});

test('an answer that is no problem document still has words', () => {
  expect(Problem.from(502, '<html>').message).toBe('HTTP 502');
  expect(Problem.from(500, {}).message).toBe('HTTP 500');
});
