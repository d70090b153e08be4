// SPDX-License-Identifier: Apache-2.0
import type { paths } from '../api/schema';
import type { Key } from '../i18n/index.svelte';

export type CaseQuery = NonNullable<paths['/api/v1/cases']['get']['parameters']['query']>;

/** The views that every desk has; the address names one: /app/cases?view=mine. */
export const views = {
  unresolved: { unresolved: true },
  mine: { assignee: ['me'], unresolved: true },
  unassigned: { assignee: ['none'], unresolved: true },
  overdue: { overdue: true },
  all: {},
} as const satisfies Record<string, unknown>;

export type ViewName = keyof typeof views;

export const viewNames = Object.keys(views) as ViewName[];

export function viewOf(query: string): ViewName {
  const asked = new URLSearchParams(query).get('view') ?? '';
  return viewNames.find((name) => name === asked) ?? 'unresolved';
}

export function queryOf(view: ViewName): CaseQuery {
  const { assignee, ...rest } = views[view] as { assignee?: readonly string[] };
  return { ...rest, ...(assignee ? { assignee: [...assignee] } : {}) };
}

export function labelOf(view: ViewName): Key {
  return `view.${view}`;
}
