import type { AnswerReport, AttachmentChip } from '../../contract/index.js';
import { reason, t } from '../shared/l10n.js';
import { modeName } from '../shared/words/modes.js';
import { count, density, duration, speed } from '../shared/words/numbers.js';
import { selectorName } from '../shared/words/selectors.js';

/** The quiet line under an answer, most telling first. */
export function reportLine(report: AnswerReport): readonly string[] {
  return [
    speed(report.tokensPerSecond),
    report.density < 1 ? t('density {0}', density(report.density)) : t('dense'),
    ...(report.drafted > 0 ? [t('{0} of {1} drafted accepted', report.accepted, report.drafted)] : []),
    ...(report.drafted > 0 ? [t('{0} rolled back', report.rollbacks)] : []),
  ];
}

/** Everything else known of an answer, one line each. */
export function reportDetails(report: AnswerReport): readonly string[] {
  return [
    t('Model: {0}', report.model),
    t('Mode: {0}, selector: {1}', modeName(report.mode), selectorName(report.selector)),
    t('{0} tokens in the answer', count(report.tokens)),
    t('{0} tokens in the prompt, {1} of them reused', count(report.promptTokens), count(report.reusedTokens)),
    t('First token after {0}', duration(report.firstTokenMs)),
    ...report.notes.map(reason),
  ];
}

/** Why an answer stopped before its end. */
export function stoppedText(interrupted: true | undefined): string {
  return interrupted
    ? t('Interrupted: the window was closed or reloaded, or the model was changed.')
    : t('Stopped.');
}

export function chipLabel(chip: AttachmentChip): string {
  const name = chip.path.split('/').at(-1) ?? chip.path;
  const place = chip.lines ? `${name}:${chip.lines.first}–${chip.lines.last}` : name;
  return chip.kind === 'problems' ? t('Problems in {0}', place) : place;
}
