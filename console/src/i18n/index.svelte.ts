// SPDX-License-Identifier: Apache-2.0
import { preferences, type Language } from '../lib/preferences.svelte';
import { en } from './en';
import { ja } from './ja';

export type Key = keyof typeof ja;
export type Values = Record<string, string | number>;

const words: Record<Language, Record<Key, string>> = { ja, en };
const plural = new Intl.PluralRules('en');

/** A text of `language`; `values.n` chooses the plural form. */
export function textOf(language: Language, key: Key, values: Values = {}): string {
  const forms = words[language][key].split('|');
  const one = forms.length > 1 && plural.select(Number(values['n'])) === 'one';
  const form = (one ? forms[0] : forms[forms.length - 1]) ?? '';
  return form.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return typeof value === 'number' ? value.toLocaleString(language) : (value ?? whole);
  });
}

/** A text of the language that is chosen now; what uses it in a template follows the choice. */
export function t(key: Key, values?: Values): string {
  return textOf(preferences.language, key, values);
}
