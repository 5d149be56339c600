import { Nemesis } from '../nemesis';
import { DELETE_FUNCTION } from './delete-function';
import { DENY } from './deny';
import { EVACUATE } from './evacuate';
import { FREEZE } from './freeze';
import { GRAY } from './gray';
import { KILL } from './kill';
import { LAG } from './lag';
import { PARTITION } from './partition';
import { POISON } from './poison';
import { REPLAY } from './replay';
import { SLOW } from './slow';
import { THROTTLE } from './throttle';

/** All that can go wrong, in the order in which `--help` shows it and `all` tries it. */
export const ALL_NEMESES: readonly Nemesis[] = [
  FREEZE, EVACUATE, PARTITION, LAG, SLOW, GRAY, POISON, REPLAY, KILL, DELETE_FUNCTION, DENY, THROTTLE,
];
