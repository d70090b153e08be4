// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';

vi.stubGlobal('navigator', { language: 'ja' });
const { textOf } = await import('../src/i18n/index.svelte');
const { ja } = await import('../src/i18n/ja');
const { en } = await import('../src/i18n/en');

const variables = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();

test('both languages fill the same places', () => {
  for (const key of Object.keys(ja) as (keyof typeof ja)[]) {
    expect(variables(en[key]), key).toEqual(variables(ja[key]));
  }
});

test('English knows one and many, numbers are grouped', () => {
  expect(textOf('en', 'list.updates', { n: 1 })).not.toBe(textOf('en', 'list.updates', { n: 2 }).replace('2', '1'));
  expect(textOf('ja', 'list.count', { n: 1234 })).toBe('1,234 件');
});

test('no text stands there that nothing shows', () => {
  const folder = new URL('../src/', import.meta.url);
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(svelte|ts)$/.test(name) && !/i18n\/(ja|en)\.ts$|schema\.d\.ts$/.test(name))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('\n');
  // 'a.b' as it stands, or `a.${…}` for a family of them.
  const shown = (key: string): boolean =>
    sources.includes(`'${key}'`) || sources.includes(`\`${key.slice(0, key.lastIndexOf('.'))}.\${`);
  expect(Object.keys(ja).filter((key) => !shown(key))).toEqual([]);
});
