# SPDX-License-Identifier: Apache-2.0
# Shared by scripts/run, scripts/dev and scripts/test; source it, with `root` set.
# shellcheck shell=bash
#
# Progress goes to the terminal, if there is one, and is wiped; what stays is one line a stage.

mkdir -p "${root:?}/build/log"
declare -a stage_times=()

# stage NAME COMMAND...: run a step; its output is kept in build/log and shown only if it fails.
stage() {
    local name=$1 log start
    shift
    log="$root/build/log/${name// /-}.log"
    start=$SECONDS
    if [[ -t 2 ]]; then printf '%s ...\r' "$name" >&2; fi
    if ! "$@" >"$log" 2>&1; then
        cat "$log" >&2
        echo "failed: $name" >&2
        stage_times+=("$(printf '%5d s  %s (failed)' $((SECONDS - start)) "$name")")
        return 1
    fi
    if [[ -t 2 ]]; then printf '\033[K' >&2; fi
    stage_times+=("$(printf '%5d s  %s' $((SECONDS - start)) "$name")")
}

# loud NAME COMMAND...: the same, with the output shown as it comes.
loud() {
    local name=$1 status=0 start
    shift
    start=$SECONDS
    "$@" 2>&1 | tee "$root/build/log/${name// /-}.log" || status=1
    stage_times+=("$(printf '%5d s  %s%s' $((SECONDS - start)) "$name" \
        "$([[ $status -eq 0 ]] || echo ' (failed)')")")
    return "$status"
}

# build PRESET [TARGET...]: configure when needed, then build.
build() {
    local preset=$1
    shift
    (cd "$root" &&
        { [[ -f build/$preset/build.ninja ]] || cmake --preset "$preset" --log-level=WARNING; } &&
        cmake --build --preset "$preset" ${1:+--target "$@"} -- --quiet)
}

# The C files of the project, NUL separated.
c_files() {
    git -C "$root" ls-files -z --cached --others --exclude-standard -- '*.c' '*.h' |
        while IFS= read -r -d '' file; do
            if [[ -f $root/$file ]]; then printf '%s\0' "$file"; fi
        done
}

check_format() {
    (cd "$root" && c_files | xargs -0 -r clang-format --dry-run -Werror)
}
