#!/bin/sh
# The shipped bundle from nothing: patterns, five members, export. Steps whose file exists are skipped, so it can be run again after a stop.
# Needs python3 with torch and onnx (docs/training.md). POOL (files of COUNT patterns each), COUNT, PATTERNS, MORE, WIDTH and
# THREADS may be set from outside.
set -eu
cd "$(dirname "$0")"
SPACE="${1:-solid-state-precursors}"
PYTHON="${PYTHON:-python3}"
POOL="${POOL:-8}" COUNT="${COUNT:-20000}" PATTERNS="${PATTERNS:-140000}" MORE="${MORE:-70000}" WIDTH="${WIDTH:-64}" THREADS="${THREADS:-2}"
mkdir -p work

draw() { # file seed count prior role
  [ -f "work/$1" ] && return
  node --import tsx draw-patterns.ts --space "$SPACE" --out "work/$1.part" --seed "$2" --count "$3" --prior "$4" --role "$5"
  mv "work/$1.part" "work/$1"
}

draw validation.bin validation 4000 training all
for strain in 1 3; do
  draw "scoring$strain.bin" scoring 3000 "scoring$strain" all
  draw "members$strain.bin" members 2000 "scoring$strain" member
done
i=0
while [ "$i" -lt "$POOL" ]; do
  draw "pool-$i.bin" "$i" "$COUNT" training all
  i=$((i + 1))
done

for member in 0 1 2 3 4; do
  common="--pool work/pool-*.bin --validation work/validation.bin --member $member --width $WIDTH --threads $THREADS"
  first="work/first-$WIDTH-$member.pt" second="work/second-$WIDTH-$member.pt"
  # shellcheck disable=SC2086
  [ -f "$first" ] || "$PYTHON" train.py $common --patterns "$PATTERNS" --out "$first"
  # shellcheck disable=SC2086
  [ -f "$second" ] || "$PYTHON" train.py $common --continue-from "$first" --rate 1.2e-3 --patterns "$MORE" --out "$second"
done

"$PYTHON" export.py --members work/second-"$WIDTH"-*.pt --validation work/validation.bin --pool work/pool-*.bin \
  --suite "members, strain to 3 %=work/members3.bin" --suite "members, strain to 1 %=work/members1.bin" \
  --suite "all phases, strain to 1 %=work/scoring1.bin" --suite "all phases, strain to 3 %=work/scoring3.bin" \
  --model-id "$SPACE-1" --out "../$SPACE"
"$PYTHON" model_card.py "../$SPACE"
