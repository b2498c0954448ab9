const fs = require("fs"), http = require("http");
const [port, leak] = [Number(process.argv[2]), process.argv[3] === "leak"];

http.createServer((request, response) => {
  const log = fs.openSync(__filename);
  if (!leak) fs.closeSync(log);
  response.end();
}).listen(port, "127.0.0.1");
