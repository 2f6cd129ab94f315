# Shared by the scripts; to be sourced. Each function is idempotent and says what it does when it does something.
# shellcheck shell=bash
set -euo pipefail

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

die() {
    say "$*"
    exit 1
}

# The SDK that global.json asks for.
require_dotnet() {
    command -v dotnet >/dev/null || die "the .NET 10 SDK is missing: install it and put dotnet on the PATH"
    (cd "$ROOT" && dotnet --version >/dev/null 2>&1) || die "no installed .NET SDK satisfies global.json; dotnet --list-sdks shows what is there"
}

require_node() {
    if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
        die "Node.js 20 or newer with npm is missing: install it and put node and npm on the PATH"
    fi
    node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' || die "Node.js 20 or newer is needed, this is $(node --version)"
}

# ensure_apt PACKAGE…: installs the Debian packages that are missing.
ensure_apt() {
    local package missing=() as_root=()
    for package in "$@"; do
        [[ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null)" == ii* ]] || missing+=("$package")
    done
    if ((${#missing[@]} == 0)); then
        return
    fi
    command -v apt-get >/dev/null || die "missing: ${missing[*]}; this is not a Debian or Ubuntu, install their like by hand"
    if ((EUID != 0)); then
        command -v sudo >/dev/null || die "missing: ${missing[*]}; as root run: apt-get install ${missing[*]}"
        as_root=(sudo)
    fi
    say "installing ${missing[*]}"
    as_root+=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300)
    "${as_root[@]}" update >&2 || say "apt-get update failed, trying with the lists there are"
    "${as_root[@]}" install -y --no-install-recommends "${missing[@]}" >&2 || die "could not install ${missing[*]}"
}

# Debian's PostgreSQL, without the cluster that it would make and start: ours are below artifacts/ and end with who uses them.
ensure_postgres() {
    local settings=/etc/postgresql-common/createcluster.conf
    if postgres_bin >/dev/null; then
        return
    fi
    if ((EUID == 0)) && [[ ! -e "$settings" ]]; then
        mkdir -p "${settings%/*}"
        echo 'create_main_cluster = false' >"$settings"
    fi
    ensure_apt postgresql
}

# postgres_bin: the folder with initdb and postgres, of the newest version there is.
postgres_bin() {
    local found
    found="$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n 1)"
    [[ -n "$found" ]] && echo "${found%/initdb}"
}

# node_modules as package-lock.json says; several scripts may call this at once.
ensure_npm() {
    require_node
    mkdir -p "$ROOT/artifacts"
    (
        flock 9
        wanted="$(sha256sum <"$ROOT/package-lock.json")"
        stamp="$ROOT/node_modules/.installed-from"
        if [[ -f "$stamp" && "$(<"$stamp")" == "$wanted" ]]; then
            exit 0
        fi
        say "installing the npm tools"
        if [[ -L "$ROOT/node_modules" ]]; then
            rm "$ROOT/node_modules" # what it points at belongs to someone else
        fi
        cd "$ROOT"
        npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
        printf '%s\n' "$wanted" >"$stamp"
    ) 9>"$ROOT/artifacts/.npm.lock" || die "npm ci failed"
}

# build_release PROJECT: a release build of src/PROJECT, quick when nothing changed.
build_release() {
    require_dotnet
    say "building $1"
    dotnet build "$ROOT/src/$1" -c Release -v q --nologo >&2 || die "$1 does not build"
}

# BUNDLER_NODE_DLL names a build that is there already.
NODE_DLL="${BUNDLER_NODE_DLL:-$ROOT/src/Bundler.Node/bin/Release/net10.0/Bundler.Node.dll}"

# The node and what it needs of the system; at once when nothing changed, and several scripts may call this at a time.
ensure_node_built() {
    local stamp="$ROOT/artifacts/.node-built"
    if command -v dpkg-query >/dev/null; then
        ensure_apt libsecp256k1-1 libsodium23
    fi
    mkdir -p "$ROOT/artifacts"
    (
        flock 9
        if [[ -z "${BUNDLER_NODE_DLL:-}" ]] && [[ ! -f "$NODE_DLL" || ! -f "$stamp" || -n "$(newer_source "$stamp")" ]]; then
            touch "$stamp.next"
            build_release Bundler.Node
            mv "$stamp.next" "$stamp"
        fi
    ) 9>"$ROOT/artifacts/.node-built.lock" || exit 1
    require_dotnet
}

# newer_source FILE: something that the build reads and that changed after FILE, if there is any.
newer_source() {
    local sources=("$ROOT"/{src,config,entrypoint-abi,Directory.Build.props,Directory.Packages.props,global.json,BannedSymbols.txt,.editorconfig})
    find "${sources[@]}" \( -name bin -o -name obj \) -prune -o -newer "$1" -print -quit
}

# wait_for_port PORT SECONDS PID: until something listens on the loopback port; fails when PID ends before.
wait_for_port() {
    local deadline=$((SECONDS + $2))
    until (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; do
        if ! kill -0 "$3" 2>/dev/null || ((SECONDS >= deadline)); then
            return 1
        fi
        sleep 0.1
    done
}

port_is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# free_port: a loopback port that nobody has at the moment.
free_port() { node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })'; }
