#!/bin/bash
#   leakrig-merge.sh NAME SHARDS: joins runs/NAME.shard-*-of-SHARDS into runs/NAME
#SBATCH --job-name=leakrig-merge
exec leakrig merge "runs/$1.shard-"*"-of-$2" --out "runs/$1"
