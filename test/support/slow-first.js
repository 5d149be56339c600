const { default: Sequencer } = require('@jest/test-sequencer');

/** Starts the slow tests first, in the order in which jest.config.json lists them: the longest at the end would leave all cores but one idle. */
module.exports = class SlowFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path, context: { config } }) => config.displayName?.name === 'slow'
      ? config.testMatch.findIndex(pattern => path.endsWith(pattern.replace('<rootDir>', '')))
      : Infinity;
    const ranks = new Map(tests.map(test => [test, rank(test)]));
    return [...super.sort(tests)].sort((one, other) => (ranks.get(one) === ranks.get(other) ? 0 : ranks.get(one) - ranks.get(other)));
  }
};
