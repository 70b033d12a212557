import type { CompletionOutcome } from '../../../contract/outcomes.js';

/** Outcomes that tell nothing of the place: the question was lost on the way. */
const lostOutcomes: ReadonlySet<CompletionOutcome> = new Set(['model-loading', 'superseded', 'cancelled']);

interface Question<Place> {
  readonly place: Place;
  lost: boolean;
}

/**
 * The last question that was put while no model was in memory. Loading takes seconds in which the editor may drop a question, or
 * it is answered with "still loading"; then it is put again, once, when there is a model.
 */
export class EarlyQuestion<Place> {
  private question: Question<Place> | undefined;

  /**
   * @param hasModel whether a model is in memory
   * @param askAgain puts the question again
   */
  public constructor(
    private readonly hasModel: () => boolean,
    private readonly askAgain: (place: Place) => void,
  ) {}

  /** A question begins; the one before it no longer matters. What is returned takes its outcome, in whatever order. */
  public asked(place: Place): (outcome: CompletionOutcome) => void {
    const question = { place, lost: false };
    this.question = this.hasModel() ? undefined : question;
    return (outcome) => {
      if (this.question !== question) return;
      question.lost = lostOutcomes.has(outcome);
      if (question.lost) this.loaded();
      else this.question = undefined;
    };
  }

  /** A model may have come into memory. */
  public loaded(): void {
    const { question } = this;
    if (question?.lost !== true || !this.hasModel()) return;
    this.question = undefined;
    this.askAgain(question.place);
  }
}
