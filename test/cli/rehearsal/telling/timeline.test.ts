import pc from 'picocolors';
import { Account } from '../../../../cli/rehearsal/telling/account';
import { Timeline } from '../../../../cli/rehearsal/telling/timeline';

test('a timeline tells what happened, in order of time and in seconds since its start', () => {
  const timeline = new Timeline('it begins', 5000);
  timeline.add(17_340, 'it ends');
  timeline.add(6000, 'it goes on');
  timeline.add(undefined, 'it never came to this');
  timeline.add(Math.max(), 'nor to this');
  const account = new Account();
  timeline.tell(account.section('Times'));
  expect(account.render(pc.createColors(false)).split('\n')).toEqual(['Times', '    0.0 s  it begins', '    1.0 s  it goes on', '   12.3 s  it ends', '']);
});
