import { commandNames } from './command-options.ts';
import type { Candidates, CommandCompletion } from './completion.ts';

/** The completion of zsh for all commands, one file for its function path. */
export function zshCompletion(
  completions: readonly CommandCompletion[],
  attributes: readonly string[],
): string {
  return `#compdef ${['rootimg', ...commandNames].join(' ')}
# zsh completion for rootimg and its commands

# Names of the osimages: files of the store. Those of a live xCAT are asked for.
_rootimg_images() {
  local home=\${ROOTIMG_HOME:-/etc/rootimg} store=\${ROOTIMG_STORE-}
  local -i at=\${words[(I)--store]}
  local -a names
  (( at )) && home=\${words[at+1]}
  [[ -z $store ]] && grep -qs '^store: *xcat' $home/config.yaml && store=xcat
  if [[ $store == xcat ]]; then
    names=(\${(f)"$(lsdef -t osimage 2>/dev/null | sed -n 's/  *(osimage)$//p')"})
  else
    names=($home/osimage/*.stanza(N:t:r))
  fi
  compadd "$@" -a names
}

_rootimg_image_list() {
  _sequence _rootimg_images
}

_rootimg_attributes() {
  compadd "$@" -S = -- ${attributes.join(' ')}
}

_rootimg() {
  local command=$service
  if [[ $command == rootimg ]]; then
    if (( CURRENT == 2 )); then
      compadd -- ${completions.map(({ name }) => name).join(' ')}
      return
    fi
    shift words
    (( CURRENT-- ))
    command=$words[1]
    local -A nested=(${completions.flatMap(nestedPair).join(' ')})
    if [[ -n \${nested[$command]-} ]]; then
      if (( CURRENT == 2 )); then
        compadd -- \${=nested[$command]}
        return
      fi
      shift words
      (( CURRENT-- ))
    fi
  fi
  case $command in
${completions.map(commandCase).join('\n')}
  esac
}

_rootimg "$@"
`;
}

function nestedPair({ name, nested }: CommandCompletion): string[] {
  return nested.length === 0 ? [] : [name, quoted(nested.join(' '))];
}

function commandCase({ name, options, operands }: CommandCompletion): string {
  const specs = options.flatMap(({ flags, placeholder = '', help, value }) =>
    flags.map((flag) => {
      const shown = `[${help.replaceAll(/[\\[\]]/g, '\\$&')}]`;
      if (value === undefined) return `${flag}${shown}`;
      const equals = flag.startsWith('--') ? '=' : '';
      return `${flag}${equals}${shown}:${placeholder.replaceAll(/[\\:]/g, '\\$&')}:${actionOf(value)}`;
    }),
  );
  const words = [...specs, `*:${typeof operands === 'string' ? operands : 'word'}:${actionOf(operands)}`];
  return [
    `    ${name})`,
    `      _arguments -S \\`,
    words.map((word) => `        ${quoted(word)}`).join(' \\\n'),
    '      ;;',
  ].join('\n');
}

function actionOf(candidates: Candidates): string {
  if (typeof candidates !== 'string') return `(${candidates.join(' ')})`;
  const actions = {
    image: '_rootimg_images',
    images: '_rootimg_image_list',
    attribute: '_rootimg_attributes',
    file: '_files',
    folder: '_files -/',
    nothing: ' ',
  } as const;
  return actions[candidates];
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
