import Mocha from 'mocha';

/** Mocha's own listing, closed by the line `N passed, N failed, N skipped` that every suite ends with. */
export class CountReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    let passed = 0;
    let failed = 0;
    let skipped = 0;
    runner.on('pass', () => passed++);
    runner.on('fail', () => failed++);
    runner.on('pending', () => skipped++);
    runner.once('end', () => {
      Mocha.reporters.Base.consoleLog(`${passed} passed, ${failed} failed, ${skipped} skipped`);
    });
  }
}
