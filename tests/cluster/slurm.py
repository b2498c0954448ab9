"""A Slurm of one node, for as long as a test runs: munge, slurmctld and slurmd with their own key, ports and folder."""
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "scontrol", "squeue")
CONF = """ClusterName=leakrig
SlurmctldHost={host}({address})
SlurmctldPort={controller}
SlurmdPort={node}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/builtin
SchedulerParameters=batch_sched_delay=0,sched_interval=1
SwitchType=switch/none
ReturnToService=2
MinJobAge=3600
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
NodeName={host} NodeAddr={address} CPUs={cpus} State=UNKNOWN
PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


class Unavailable(Exception):
    """Slurm cannot run here; the text says why."""


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Slurm:
    def __init__(self):
        missing = [name for name in PROGRAMS if self.program(name) is None]
        if missing:
            raise Unavailable("not installed: " + ", ".join(missing) + " (Debian's slurm-wlm and munge)")
        if os.geteuid() != 0:
            raise Unavailable("slurmd and slurmctld need root")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="leakrig-slurm-", dir="/tmp"))
        self.processes = []
        self.environment = dict(os.environ, SLURM_CONF=str(self.folder / "slurm.conf"))
        try:
            self.start()
        except BaseException:
            self.stop()
            raise

    @staticmethod
    def program(name):
        return shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/sbin")

    def spawn(self, name, *args, **kwargs):
        log = open(self.folder / (name + ".out"), "w")
        self.processes.append(subprocess.Popen([self.program(name), *args], env=self.environment, stdout=log, stderr=log, **kwargs))
        log.close()

    def start(self):
        controller, node = free_ports(2)
        host = socket.gethostname().split(".")[0]
        (self.folder / "slurm.conf").write_text(CONF.format(host=host, address="127.0.0.1", controller=controller, node=node,
                                                            folder=self.folder, cpus=os.cpu_count()))
        for name in ("state", "spool", "munge"):
            (self.folder / name).mkdir()
        (self.folder / "cgroup.conf").write_text("CgroupAutomount=no\n")
        # munged wants its files to be its own, and its folders safe from others.
        munge = self.folder / "munge"
        os.chmod(munge, 0o700)
        key = munge / "key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o400)
        os.chmod(self.folder, 0o755)
        self.spawn("munged", "--foreground", "--force", f"--socket={self.folder}/munge.socket", f"--key-file={key}",
                   f"--log-file={munge}/log", f"--pid-file={munge}/pid", f"--seed-file={munge}/seed", "--num-threads=2")
        self.wait(lambda: (self.folder / "munge.socket").exists(), 10, "munged did not start")
        self.spawn("slurmctld", "-D")
        self.spawn("slurmd", "-D", "-N", host)
        self.wait(lambda: "idle" in self.output("sinfo", "-h", "-o", "%t"), 45, "the node did not become idle")

    def wait(self, condition, seconds, what):
        deadline = time.monotonic() + seconds
        while not condition():
            ended = [process.args[0] for process in self.processes if process.poll() is not None]
            if ended or time.monotonic() > deadline:
                raise Unavailable(f"{what}: {', '.join(ended)} ended: {self.last_words()}" if ended else f"{what}: {self.last_words()}")
            time.sleep(0.1)

    def last_words(self):
        lines = []
        for file in sorted(self.folder.glob("*.log")) + sorted(self.folder.glob("*.out")):
            text = [line for line in file.read_text(errors="replace").splitlines() if "error" in line.lower()]
            lines += [f"{file.name}: {line}" for line in text[-2:]]
        return "; ".join(lines)

    def output(self, name, *args, **kwargs):
        done = subprocess.run([name, *map(str, args)], env=self.environment, capture_output=True, text=True, timeout=60, check=False, **kwargs)
        return done.stdout.strip()

    def stop(self):
        for process in reversed(self.processes):
            process.terminate()
        for process in reversed(self.processes):
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
