// SPDX-License-Identifier: Apache-2.0
// Moments as an agent reads them: short for what is near, in the zone of the browser.
import type { Language } from './preferences.svelte';

const dayMs = 86_400_000;

export function shortTime(iso: string, now: number, language: Language, timeZone?: string): string {
  const moment = new Date(iso);
  const zone = timeZone ? { timeZone } : {};
  const day = (date: Date): string => date.toLocaleDateString('sv', zone);
  if (day(moment) === day(new Date(now))) {
    return moment.toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit', hour12: false, ...zone });
  }
  const near = Math.abs(now - moment.getTime()) < 300 * dayMs;
  return moment.toLocaleDateString(language, {
    ...(near ? {} : { year: 'numeric' }),
    month: 'short',
    day: 'numeric',
    ...zone,
  });
}

export function fullTime(iso: string, language: Language, timeZone?: string): string {
  const zone = timeZone ? { timeZone } : {};
  return new Date(iso).toLocaleString(language, { dateStyle: 'long', timeStyle: 'short', ...zone });
}
