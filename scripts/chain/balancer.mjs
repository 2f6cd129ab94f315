// A small TCP balancer for nodes on this machine:  node scripts/chain/balancer.mjs PORT NODE-URL…
// Each connection goes to the next node that is ready; the nodes are asked every second, and one that takes no connection is passed over.
import { connect, createServer } from 'node:net'

const [port, ...urls] = process.argv.slice(2)
const LOOK_MILLISECONDS = 1000
const ASK_MILLISECONDS = 3000

const nodes = urls.map((url) => ({ url: new URL(url), ready: true }))
let turn = 0

const look = async (node) => {
  const answer = await fetch(new URL('/health/ready', node.url), { signal: AbortSignal.timeout(ASK_MILLISECONDS) }).catch(() => undefined)
  const ready = answer?.ok ?? false
  if (ready !== node.ready) {
    console.log(`balancer: ${node.url.origin} is ${ready ? 'ready' : 'not ready'}`)
  }
  node.ready = ready
}

// The ready ones in turn, then the others: a node that was not ready a second ago is better than none.
const candidates = () => {
  const first = turn++ % nodes.length
  const inTurn = [...nodes.slice(first), ...nodes.slice(0, first)]
  return [...inTurn.filter((node) => node.ready), ...inTurn.filter((node) => !node.ready)]
}

const carry = (near, [node, ...others]) => {
  if (!node) {
    near.destroy()
    return
  }
  const far = connect(Number(node.url.port), node.url.hostname)
  const refused = () => carry(near, others)
  far.once('error', refused)
  far.once('connect', () => {
    far.off('error', refused)
    far.on('error', () => near.destroy())
    far.once('close', () => near.destroy())
    near.once('close', () => far.destroy())
    near.pipe(far).pipe(near)
  })
}

const server = createServer((near) => {
  near.on('error', () => near.destroy())
  carry(near, candidates())
})
server.once('error', (error) => {
  console.error(`balancer: ${error.message}`)
  process.exit(1)
})
server.listen(Number(port), '127.0.0.1')
setInterval(() => nodes.forEach(look), LOOK_MILLISECONDS)
