import type { Candidates, CommandCompletion } from './completion.ts';
import { commandNames } from './command-options.ts';

/**
 * The completion of bash for all commands. Image names are read from the store's folder when they are asked
 * for, without starting anything.
 */
export function bashCompletion(
  completions: readonly CommandCompletion[],
  attributes: readonly string[],
): string {
  return `# bash completion for rootimg and its commands

# What completes: flags and operands of command $1, and the value of its option $2.
_rootimg_words() {
  case $1 in
${completions.map(commandCase).join('\n')}
  esac
}

_rootimg_attributes='${attributes.join(' ')}'

${imageNames}
${fromWords}
${mainFunction(completions.map(({ name }) => name).join(' '))}
complete -F _rootimg ${['rootimg', ...commandNames].join(' ')}
`;
}

const imageNames = `# Names of the osimages: files of the store. Those of a live xCAT are asked for.
_rootimg_images() {
  local home=\${ROOTIMG_HOME:-/etc/rootimg} at file
  for ((at = 1; at < COMP_CWORD; at++)); do
    if [[ \${COMP_WORDS[at]} == --store ]]; then
      home=\${COMP_WORDS[at + 1]}
      [[ $home == = ]] && home=\${COMP_WORDS[at + 2]}
    fi
  done
  if [[ \${ROOTIMG_STORE-} == xcat ]] ||
    { [[ -z \${ROOTIMG_STORE-} ]] && grep -qs '^store: *xcat' "$home/config.yaml"; }; then
    lsdef -t osimage 2>/dev/null | sed -n 's/  *(osimage)$//p'
    return
  fi
  for file in "$home"/osimage/*.stanza; do
    file=\${file##*/}
    [[ $file == '*.stanza' ]] || printf '%s\\n' "\${file%.stanza}"
  done
}
`;

const fromWords = `# Completes the word that is typed from the words in $1; in a comma list its last element.
_rootimg_from() {
  local before='' typed=$cur
  if [[ \${2-} == list && $typed == *,* ]]; then
    before=\${typed%,*},
    typed=\${typed##*,}
  fi
  local IFS=$' \\t\\n'
  COMPREPLY=($(compgen -P "$before" -W "$1" -- "$typed"))
}
`;

/** `names`: those of all commands, separated by blanks. */
function mainFunction(names: string): string {
  return `_rootimg() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} command=\${COMP_WORDS[0]##*/}
  local flags='' operands='' nested='' value='' kind
  COMPREPLY=()
  if [[ $command == rootimg ]]; then
    if ((COMP_CWORD == 1)); then
      _rootimg_from '${names}'
      return
    fi
    command=\${COMP_WORDS[1]}
    if ((COMP_CWORD == 2)); then
      _rootimg_words "$command" ''
      if [[ -n $nested ]]; then
        _rootimg_from "$nested"
        return
      fi
    fi
  fi
  # --option=value are three words here.
  [[ $cur == = ]] && cur=''
  [[ $prev == = ]] && prev=\${COMP_WORDS[COMP_CWORD - 2]}
  _rootimg_words "$command" "$prev"
  kind=\${value:-$operands}
  if [[ -z $value && $cur == -* ]]; then
    _rootimg_from "$flags"
    return
  fi
  case $kind in
    words:*) _rootimg_from "\${kind#words:}" list ;;
    image) _rootimg_from "$(_rootimg_images)" ;;
    images) _rootimg_from "$(_rootimg_images)" list ;;
    attribute)
      _rootimg_from "\${_rootimg_attributes// /= }="
      compopt -o nospace
      ;;
    folder) compopt -o dirnames ;;
    file) compopt -o default ;;
  esac
} 2>/dev/null
`;
}

function commandCase({ name, options, operands, nested }: CommandCompletion): string {
  const flags = options.flatMap((option) => option.flags).join(' ');
  const values = options.flatMap(({ flags: names, value }) =>
    value === undefined ? [] : [`        ${names.join(' | ')}) value='${kindOf(value)}' ;;`],
  );
  return [
    `    ${name})`,
    `      flags='${flags}' operands='${kindOf(operands)}' nested='${nested.join(' ')}'`,
    ...(values.length === 0 ? [] : ['      case $2 in', ...values, '      esac']),
    '      ;;',
  ].join('\n');
}

function kindOf(candidates: Candidates): string {
  return typeof candidates === 'string' ? candidates : `words:${candidates.join(' ')}`;
}
