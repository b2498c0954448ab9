#!/bin/bash
# A run as a job array, in a folder that all nodes see:
#   array=$(sbatch --parsable --array=0-3 leakrig-array.sh my-scenario.json --replicates 4)
#   sbatch --dependency=afterok:$array leakrig-merge.sh my-scenario 4
#SBATCH --job-name=leakrig
#SBATCH --requeue
#SBATCH --open-mode=append
# Slurm says in SLURM_ARRAY_TASK_ID and _COUNT which shard this is. A task that is requeued finds its own directory
# again, runs/NAME.shard-I-of-N, and starts that shard anew where it had not finished.
exec leakrig run "$@"
