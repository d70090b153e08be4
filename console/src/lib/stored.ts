// SPDX-License-Identifier: Apache-2.0
// What the browser keeps for us. A browser that keeps nothing is no reason to fail.

export function keep(name: string, value: unknown): void {
  try {
    localStorage.setItem(`madoguchi.${name}`, JSON.stringify(value));
  } catch {
    // Private windows and full disks.
  }
}

export function kept<T>(name: string, otherwise: T, isOne: (value: unknown) => value is T): T {
  try {
    const text = localStorage.getItem(`madoguchi.${name}`);
    const value: unknown = text === null ? undefined : JSON.parse(text);
    return isOne(value) ? value : otherwise;
  } catch {
    return otherwise;
  }
}

export function forget(name: string): void {
  try {
    localStorage.removeItem(`madoguchi.${name}`);
  } catch {
    // As above.
  }
}

/** A guard for `kept`: one of these words. */
export function oneOf<const T extends string>(...words: T[]): (value: unknown) => value is T {
  return (value): value is T => words.includes(value as T);
}
