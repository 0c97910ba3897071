import type { Session } from './session.ts';

/**
 * Who wrote a snapshot, in which run: annotations of its manifest.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/annotations.md
 */
export function provenance({ environment }: Session, now: Date): Record<string, string> {
  const { event, repositoryUrl, runId, runAttempt, jobName } = environment;
  const annotations = {
    'org.opencontainers.image.created': now.toISOString(),
    'org.opencontainers.image.source': repositoryUrl,
    'org.opencontainers.image.revision': event.sha,
    'dev.cafs.event': event.name,
    'dev.cafs.ref': event.ref,
    'dev.cafs.actor': event.actor,
    'dev.cafs.run': runId === '' ? '' : `${runId}/${runAttempt || '1'}`,
    'dev.cafs.job': jobName,
  };
  return Object.fromEntries(Object.entries(annotations).filter(([, value]) => value !== ''));
}
