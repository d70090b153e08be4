// SPDX-License-Identifier: Apache-2.0
import { credentials } from '../api/client';
import { keep, kept, oneOf } from './stored';

const languages = oneOf('ja', 'en');
const themes = oneOf('system', 'light', 'dark');
const densities = oneOf('normal', 'compact');
const bodies = oneOf('text', 'html');
const isFlag = (value: unknown): value is boolean => typeof value === 'boolean';

export type Language = 'ja' | 'en';

function firstLanguage(): Language {
  return navigator.language.startsWith('ja') ? 'ja' : 'en';
}

/** What a person chose in this browser. */
class Preferences {
  language = $state<Language>(kept('language', firstLanguage(), languages));
  theme = $state(kept('theme', 'system', themes));
  density = $state(kept('density', 'normal', densities));
  /** How a mail with html is shown first. */
  mailBody = $state(kept('mailBody', 'text', bodies));
  /** Single letters as shortcuts (WCAG 2.1.4). */
  singleKeys = $state(kept('singleKeys', true, isFlag));
  filtersShown = $state(kept('filtersShown', false, isFlag));
}

export const preferences = new Preferences();

/** Keeps them and puts them in force; to be called in an effect's root. */
export function applyPreferences(): void {
  $effect(() => {
    const { language, theme, density, mailBody, singleKeys, filtersShown } = preferences;
    for (const [name, value] of Object.entries({
      language,
      theme,
      density,
      mailBody,
      singleKeys,
      filtersShown,
    })) {
      keep(name, value);
    }
    credentials.language = language;
    const root = document.documentElement;
    root.lang = language;
    root.dataset['density'] = density;
    if (theme === 'system') delete root.dataset['theme'];
    else root.dataset['theme'] = theme;
  });
}
