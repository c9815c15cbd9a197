import { createHash } from 'node:crypto';

/**
 * The name of a job at an instrument: readable, at most `maxLength` characters out of letters, digits and hyphens, so that no grammar is
 * broken by it and every file system takes it. The hash makes it differ wherever client, request or attempt differ; the same three give the
 * same name, so a restarted program finds its job.
 */
export function jobIdOf(client: string, requestId: string, attempt: number, maxLength = 40): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([client, requestId, attempt]))
    .digest('hex')
    .slice(0, 12);
  const plain = `${requestId}-${attempt}`.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  const room = Math.max(0, maxLength - hash.length - 1);
  const start = plain.slice(0, room).replace(/-+$/, '');
  return start === '' ? hash : `${start}-${hash}`;
}
