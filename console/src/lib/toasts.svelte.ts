// SPDX-License-Identifier: Apache-2.0

export interface Toast {
  id: number;
  text: string;
  kind: 'done' | 'failed';
  undo?: (() => void | Promise<void>) | undefined;
  /** When it goes, by performance.now(); undefined: when it is closed. */
  until?: number | undefined;
}

const doneMs = 5_000;
export const undoMs = 10_000;
const atOnce = 4;
let last = 0;

export const toasts = $state<{ all: Toast[] }>({ all: [] });

export function dismiss(id: number): void {
  toasts.all = toasts.all.filter((one) => one.id !== id);
}

function add(toast: Omit<Toast, 'id'>, ms: number | undefined): number {
  const id = ++last;
  toasts.all = [...toasts.all, { ...toast, id, until: ms === undefined ? undefined : performance.now() + ms }].slice(
    -atOnce,
  );
  if (ms !== undefined) setTimeout(() => dismiss(id), ms);
  return id;
}

/** `undo` takes it back, by its button or by `z`, while the toast stands. */
export function toldDone(text: string, undo?: Toast['undo'], ms = undo ? undoMs : doneMs): number {
  return add({ text, kind: 'done', undo }, ms);
}

/** Stays until it is closed: a failure must not pass unseen. */
export function toldFailed(error: unknown): number {
  return add({ text: error instanceof Error ? error.message : String(error), kind: 'failed' }, undefined);
}

export async function undo(id: number): Promise<void> {
  const toast = toasts.all.find((one) => one.id === id);
  dismiss(id);
  try {
    await toast?.undo?.();
  } catch (error) {
    toldFailed(error);
  }
}

export function undoLast(): void {
  const newest = toasts.all.findLast((one) => one.undo);
  if (newest) void undo(newest.id);
}
