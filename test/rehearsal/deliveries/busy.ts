import workload from './rehearsal';

/** The same customers, who have more to do: a mistake that is rare is made often enough to be seen in a drill of seconds. */
export default { ...workload, rate: 8 };
