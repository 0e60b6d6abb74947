#!/bin/sh
# Builds the images that are missing or older than what they are made of:
#   holdfast/peer     one peer, for users
#   holdfast/attacked the same and a library that moves its wall clock, for the chaos harness
#   holdfast/nemesis  the tools of the chaos harness
# Usage: docker/build-images.sh [peer|chaos|nemesis]   (default: all; chaos: the last two)
set -eu

root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
jar=$root/lock-service/cli/target/holdfast-cli.jar
which=${1:-all}
case $which in
  all | peer | chaos | nemesis) ;;
  *) echo "build-images: '$which' is unknown; expected peer, chaos or nemesis" >&2; exit 2 ;;
esac

digest() { # files and folders
  find "$@" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-32
}

# The label tells what an image was made of; only then is it known to be current.
ensure() { # image, digest, options of docker build
  image=$1
  made_of=$2
  shift 2
  have=$(docker image inspect -f '{{index .Config.Labels "io.holdfast.made-of"}}' "$image" 2>/dev/null || true)
  [ "$have" = "$made_of" ] && return 0
  started=$(date +%s)
  # The classic builder is what every engine has; it also takes a base image that no registry knows.
  DOCKER_BUILDKIT=${DOCKER_BUILDKIT:-0} docker build --force-rm --label "io.holdfast.made-of=$made_of" -t "$image" "$@" \
    >"$log" 2>&1 || {
    echo "build-images: $image could not be built:" >&2
    tail -30 "$log" >&2
    exit 1
  }
  echo "build-images: $image built in $(($(date +%s) - started)) s" >&2
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT

cd "$root"
"$root/docker/base-image.sh"
case $which in
  all | chaos | nemesis) ensure holdfast/nemesis "$(digest docker/nemesis)" docker/nemesis ;;
esac
[ "$which" != nemesis ] || exit 0

[ -f "$jar" ] || {
  echo "build-images: $jar is missing; run 'mvn package' or './holdfast --version' first" >&2
  exit 1
}
peer=$(digest lock-service/cli/target/holdfast-cli.jar lock-service/cli/target/lib docker/Dockerfile docker/peer docker/healthcheck \
  docker/archive-classes)
case $which in
  all | peer) ensure holdfast/peer "$peer" -f docker/Dockerfile . ;;
esac
case $which in
  all | chaos) ensure holdfast/attacked "$peer-clock" -f docker/Dockerfile --build-arg EXTRA_PACKAGES=libfaketime . ;;
esac
