// SPDX-License-Identifier: Apache-2.0
import type { Key } from '../i18n/index.svelte';
import { preferences } from './preferences.svelte';

/**
 * Keys: "j", "Shift+X", "Mod+k" (Ctrl, or ⌘ on a Mac), "g d" (one after the other). What is registered last
 * comes first: a case open beside the list hides the list's own keys.
 */
export interface Shortcut {
  keys: string;
  label: Key;
  group: Key;
  run: () => void;
  /** Also while typing; only for keys with Mod or Escape. */
  always?: boolean;
}

const sequenceMs = 1200;
const layers = $state<{ all: Shortcut[][] }>({ all: [] });
let begun = { key: '', at: 0 };

export const isMac = /Mac|iPhone|iPad/.test(typeof navigator === 'undefined' ? '' : navigator.platform);

/** Until the returned function is called; for $effect(() => useShortcuts([…])). */
export function useShortcuts(list: Shortcut[]): () => void {
  layers.all.push(list);
  const added = layers.all[layers.all.length - 1];
  return () => {
    layers.all = layers.all.filter((one) => one !== added);
  };
}

/** For the page of help: what can be pressed now, each key once. */
export function activeShortcuts(): Shortcut[] {
  const seen = new Set<string>();
  return layers.all
    .toReversed()
    .flat()
    .filter((one) => !seen.has(one.keys) && seen.add(one.keys));
}

/** Whether an input method is at work: its Enter and letters are not for us. */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) {
    return true;
  }
  const buttons = ['checkbox', 'radio', 'button', 'submit', 'reset', 'range', 'file', 'color'];
  return target instanceof HTMLInputElement && !buttons.includes(target.type);
}

/** "Mod+Shift+Enter" of an event; a letter without Shift is small. */
export function nameOf(event: KeyboardEvent): string {
  const mod = isMac ? event.metaKey : event.ctrlKey;
  const key = event.key.length === 1 ? (event.shiftKey ? event.key.toUpperCase() : event.key.toLowerCase()) : event.key;
  const letter = /^[A-Z]$/.test(key);
  const shift = event.shiftKey && (letter || event.key.length > 1);
  return `${mod ? 'Mod+' : ''}${event.altKey ? 'Alt+' : ''}${shift ? 'Shift+' : ''}${key}`;
}

function find(keys: string): Shortcut | undefined {
  for (const layer of layers.all.toReversed()) {
    const found = layer.find((one) => one.keys === keys);
    if (found) return found;
  }
  return undefined;
}

/** A menu or dialog has the keyboard. */
function isElsewhere(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[role=menu], [role=dialog], [role=listbox]') !== null;
}

export function onKeydown(event: KeyboardEvent): void {
  if (event.defaultPrevented || isComposing(event)) return;
  const name = nameOf(event);
  const modified = name.startsWith('Mod+') || name.startsWith('Alt+');
  const typing = isTyping(event.target);
  const single = !modified && name !== 'Escape';
  if (single && (typing || !preferences.singleKeys)) return;
  if (isElsewhere(event.target) && !name.startsWith('Mod+')) return;
  const now = event.timeStamp;
  const chord = begun.key && now - begun.at < sequenceMs ? find(`${begun.key} ${name}`) : undefined;
  begun = { key: '', at: 0 };
  const found = chord ?? find(name);
  if (found && (!typing || found.always)) {
    event.preventDefault();
    found.run();
  } else if (single && /^[a-z]$/.test(name)) {
    begun = { key: name, at: now };
  }
}

/** As a person reads it: ["⌘", "K"]. */
export function keyCaps(keys: string): string[] {
  const words: Record<string, string> = {
    Mod: isMac ? '⌘' : 'Ctrl',
    Shift: isMac ? '⇧' : 'Shift',
    Alt: isMac ? '⌥' : 'Alt',
    Enter: isMac ? '↵' : 'Enter',
    Escape: 'Esc',
  };
  return keys.split(/[+ ]/).map((one) => words[one] ?? one.toUpperCase());
}
