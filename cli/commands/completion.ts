import { Argument, Command } from 'commander';
import { Output } from '../output';

const EXAMPLES = `
Examples:
  # for this shell, and for all that come
  eval "$(npx cdk-multi-region completion bash)"
  npx cdk-multi-region completion bash >> ~/.bashrc

  # fish
  npx cdk-multi-region completion fish > ~/.config/fish/completions/cdk-multi-region.fish`;

/** The words that a shell can complete: those of each command, by its name. */
export type Words = ReadonlyMap<string, readonly string[]>;

const SHELLS = { bash, zsh, fish };

type Shell = keyof typeof SHELLS;

/** Adds the command that writes what a shell needs to complete all others. */
export function addCompletion(program: Command, { out }: Output): Command {
  return program.command('completion')
    .description('Writes what a shell needs to complete commands and options.')
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(SHELLS)))
    .addHelpText('after', EXAMPLES)
    .action((shell: Shell) => out(SHELLS[shell](program.name(), wordsOf(program))));
}

function wordsOf(program: Command): Words {
  return new Map(program.commands.map(command => [command.name(), [
    ...command.options.flatMap(({ long }) => long ?? []),
    ...command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    '--help',
  ]]));
}

/** `compgen` is bash's: https://www.gnu.org/software/bash/manual/html_node/Programmable-Completion-Builtins.html */
function bash(name: string, words: Words): string {
  const fn = `_${name.replaceAll('-', '_')}`;
  return [
    `${fn}() {`,
    // npx is a word of its own
    '  local i words=\'\'',
    `  for ((i = 0; i < COMP_CWORD; i++)); do [ "\${COMP_WORDS[i]}" = ${name} ] && break; done`,
    '  case "$((COMP_CWORD - i)) ${COMP_WORDS[i + 1]}" in',
    `    '1 '*) words='${[...words.keys()].join(' ')} --help --version' ;;`,
    ...[...words].map(([command, of]) => `    *' ${command}') words='${of.join(' ')}' ;;`),
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))',
    '}',
    `complete -o default -F ${fn} ${name}`,
    '',
  ].join('\n');
}

/** Returns the script for zsh, which runs completions of bash: https://zsh.sourceforge.io/Doc/Release/Completion-System.html#Use-of-compinit */
function zsh(name: string, words: Words): string {
  return `autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n${bash(name, words)}`;
}

/** https://fishshell.com/docs/current/completions.html */
function fish(name: string, words: Words): string {
  return [
    `complete -c ${name} -n __fish_use_subcommand -f -a '${[...words.keys()].join(' ')}'`,
    ...[...words].flatMap(([command, of]) => {
      const inCommand = `complete -c ${name} -n '__fish_seen_subcommand_from ${command}'`;
      const options = of.filter(word => word.startsWith('--')).map(option => `${inCommand} -l ${option.slice(2)}`);
      const choices = of.filter(word => !word.startsWith('--'));
      return choices.length > 0 ? [...options, `${inCommand} -f -a '${choices.join(' ')}'`] : options;
    }),
    '',
  ].join('\n');
}
