import type { Event } from '../plan/event.ts';
import type { Phase, Reporter } from '../report/reporter.ts';

/** Tells a reporter here what a build elsewhere told its own; `text` makes what is shown of each text. */
export function replayTo(reporter: Reporter, text: (said: string) => string): (event: Event) => void {
  const open = new Map<string, Phase>();
  const end = (phase: string, how: (it: Phase) => void) => {
    const found = open.get(phase);
    if (found !== undefined) how(found);
    open.delete(phase);
  };
  return (event) => {
    const said = text(event.msg ?? '');
    switch (event.event) {
      case 'line':
      case 'info':
        return reporter.info(said);
      case 'detail':
        return reporter.detail(said);
      case 'warning':
        return reporter.warn(said);
      case 'fact':
        return reporter.fact(event.name, event.data);
      case 'phase-start':
        return void open.set(event.phase, reporter.phase(text(event.phase)));
      case 'progress':
        return open.get(event.phase)?.progress(said, event.done, event.total);
      case 'phase-done':
        return end(event.phase, (phase) => phase.done(said === '' ? undefined : said));
      case 'phase-failed':
        return end(event.phase, (phase) => phase.failed());
      case 'result':
        for (const phase of open.keys()) end(phase, (it) => it.failed());
    }
  };
}
