// Takes one reading of a container's statistics now and then: apocas/dockerode#166, as the report has it. With `destroy` the
// stream is destroyed after its first reading.
const Docker = require('dockerode')
const docker = new Docker()
function read () {
  docker.listContainers((error, containers) => {
    if (error) throw error
    docker.getContainer(containers[0].Id).stats((error, stream) => {
      if (error) throw error
      stream.once('data', () => {
        if (process.argv.includes('destroy')) stream.destroy()
        setTimeout(read, 300)
      })
    })
  })
}
read()
console.log('ready')
