import { readFileSync } from 'fs';

interface Task {
  readonly steps?: readonly { readonly exec?: string }[];
}

const tasks: Record<string, Task> = JSON.parse(readFileSync('.projen/tasks.json', 'utf8')).tasks;

// projen's own shell knows $NAME, and hands ${NAME:-default} on as it stands
test('No task counts on the default of a variable, which projen does not know', () => {
  const wrong = Object.entries(tasks).filter(([, { steps = [] }]) => steps.some(({ exec }) => exec?.includes('${'))).map(([name]) => name);
  expect(wrong).toEqual([]);
});
