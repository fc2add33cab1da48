/**
 * What each shell sources. A script hands the words as they stand, as arguments and never through an eval, to
 * `crossfold complete <shell> -- words...`, which answers with a line `words`, `files` or `folders` and then, for words,
 * lines of value, tab, description. They need nothing beyond the shell itself (bash 3.2 as on macOS will do).
 */
export const completionScripts = {
  bash: `# bash completion for crossfold and xf; in ~/.bashrc: eval "$(crossfold completion bash)"
_crossfold() {
  local kind="" line IFS=$'\\n'
  COMPREPLY=()
  while IFS= read -r line; do
    if [ -z "$kind" ]; then kind=$line; else COMPREPLY+=("\${line%%$'\\t'*}"); fi
  done < <("$1" complete bash -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  case $kind in
    files) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$2")) ;;
    folders) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$2")) ;;
  esac
}
complete -F _crossfold crossfold xf
`,
  zsh: `#compdef crossfold xf
# zsh completion for crossfold and xf; in ~/.zshrc after compinit: eval "$(crossfold completion zsh)"
_crossfold() {
  local -a lines offers
  lines=("\${(@f)$("\${words[1]}" complete zsh -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  case $lines[1] in
    files) _files ;;
    folders) _files -/ ;;
    *)
      offers=("\${(@)lines[2,-1]//:/\\\\:}")
      offers=("\${(@)offers/$'\\t'/:}")
      (( \${#lines} > 1 )) && _describe -V crossfold offers
      ;;
  esac
}
if [ "\${funcstack[1]}" = _crossfold ]; then _crossfold "$@"; else compdef _crossfold crossfold xf; fi
`,
  fish: `# fish completion for crossfold and xf; in ~/.config/fish/config.fish: crossfold completion fish | source
function __crossfold_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  set -l lines ($words[1] complete fish -- $words[2..-1] "$current" 2>/dev/null)
  switch "$lines[1]"
    case files
      __fish_complete_path "$current"
    case folders
      __fish_complete_directories "$current"
    case '*'
      test (count $lines) -gt 1; and printf '%s\\n' $lines[2..-1]
  end
end
complete -c crossfold -f -k -a '(__crossfold_complete)'
complete -c xf -f -k -a '(__crossfold_complete)'
`,
};

export type Shell = keyof typeof completionScripts;
export const shells = Object.keys(completionScripts) as Shell[];
