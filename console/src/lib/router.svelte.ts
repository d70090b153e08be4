// SPDX-License-Identifier: Apache-2.0
// Addresses below /app/: `place` follows the browser's history, `go` moves, links are plain <a href="/app/…">.

const base = '/app';

export const place = $state({ path: '/', query: '', hash: '' });

function read(): void {
  const { pathname, search, hash } = window.location;
  place.path = pathname.startsWith(base) ? pathname.slice(base.length) || '/' : '/';
  place.query = search.replace(/^\?/, '');
  place.hash = hash;
}

/** "/cases" becomes "/app/cases". */
export function href(path: string): string {
  return base + path;
}

export function go(path: string, options: { replace?: boolean } = {}): void {
  const target = href(path);
  if (target === window.location.pathname + window.location.search) return;
  if (options.replace) window.history.replaceState(null, '', target);
  else window.history.pushState(null, '', target);
  read();
}

function follow(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element | null)?.closest?.('a[href]');
  if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute('download')) return;
  if (link.origin !== window.location.origin || !link.pathname.startsWith(base + '/')) return;
  event.preventDefault();
  go(link.pathname.slice(base.length) + link.search);
}

/** Returns what ends it. */
export function startRouter(): () => void {
  read();
  window.addEventListener('popstate', read);
  document.addEventListener('click', follow);
  return () => {
    window.removeEventListener('popstate', read);
    document.removeEventListener('click', follow);
  };
}
