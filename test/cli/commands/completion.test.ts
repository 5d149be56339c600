import { execFileSync } from 'child_process';
import { command } from './command';

/** What bash offers for a line, with the cursor at its end. */
async function offered(...line: string[]): Promise<string[]> {
  const { out } = await command('completion', 'bash');
  const script = `${out}
COMP_WORDS=(${line.map(word => `'${word}'`).join(' ')}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
_cdk_multi_region; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['--norc', '-c', script], { encoding: 'utf8' }).split('\n').filter(Boolean);
}

describe('cdk-multi-region completion', () => {
  test('lets bash complete commands, also behind npx', async () => {
    expect(await offered('cdk-multi-region', 'ev')).toEqual(['evacuate']);
    expect(await offered('npx', 'cdk-multi-region', 're')).toEqual(expect.arrayContaining(['restore', 'rehearse']));
    expect(await offered('cdk-multi-region', '')).toEqual(expect.arrayContaining(['evacuate', 'diagram', 'completion', '--help']));
  });

  test('lets bash complete the options of a command, and the values that it may have', async () => {
    expect(await offered('cdk-multi-region', 'evacuate', 'us-west-2', '--rea')).toEqual(['--reason']);
    expect(await offered('npx', 'cdk-multi-region', 'rehearse', '--drills', 'all', '--ke')).toEqual(['--keep']);
    expect(await offered('cdk-multi-region', 'completion', 'f')).toEqual(['fish']);
    // what is no command has no options
    expect(await offered('cdk-multi-region', 'evacuat', '--')).toEqual([]);
  });

  test('writes what the other shells read', async () => {
    expect((await command('completion', 'zsh')).out).toMatch(/bashcompinit\n_cdk_multi_region\(\)/);
    const { out } = await command('completion', 'fish');
    expect(out).toContain("complete -c cdk-multi-region -n '__fish_seen_subcommand_from evacuate' -l reason\n");
    expect(out).toContain("-n '__fish_seen_subcommand_from completion' -f -a 'bash zsh fish'\n");
  });

  test('knows no other shell', async () => {
    expect(await command('completion', 'cmd')).toMatchObject({ code: 2, out: '', err: expect.stringContaining('Allowed choices are bash, zsh, fish') });
  });
});
