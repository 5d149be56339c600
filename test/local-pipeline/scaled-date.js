/** Makes `Date` of this process go as the clock of the pipeline does: see clock.ts. */
const { scale, realOrigin, origin } = JSON.parse(process.env.REHEARSAL_CLOCK);
const RealDate = Date;
const now = () => Math.round(origin + (RealDate.now() - realOrigin) * scale);

globalThis.Date = class extends RealDate {
  constructor(...args) {
    super(...(args.length === 0 ? [now()] : args));
  }

  static now() {
    return now();
  }
};
