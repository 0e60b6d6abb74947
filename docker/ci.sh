#!/bin/sh
# Before a build that shall attack real containers: makes Docker answer, makes the base image where no
# registry has it, and builds the image of the tools. The peers' image is built from the jars later.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
started=$(date +%s)
"$here/start-docker.sh"
echo "ci: Docker Engine $(docker version -f '{{.Server.Version}}') answers after $(($(date +%s) - started)) s"
"$here/base-image.sh"
"$here/build-images.sh" nemesis
echo "ci: base and nemesis images are there after $(($(date +%s) - started)) s"
