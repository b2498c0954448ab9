// Follows the statistics of all containers: pelger/docker-stats#12.
const socketPath = process.env.DOCKER_HOST.slice('unix://'.length)
// The library divides by the number of CPUs as daemons on cgroup v1 list them; later ones do not.
const parse = JSON.parse
JSON.parse = (text, ...rest) => {
  const value = parse(text, ...rest)
  if (value && value.cpu_stats && value.cpu_stats.cpu_usage) value.cpu_stats.cpu_usage.percpu_usage = [0]
  return value
}
require('docker-stats')({ docker: { socketPath } }).on('data', () => {})
console.log('ready')
