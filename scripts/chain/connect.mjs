// What every script needs that talks to a dev chain: the chain as viem knows it, and a fault in one line.
import { createPublicClient, defineChain, http } from 'viem'

/** The dev chain at a URL, whatever its id is. */
export async function chainAt(url) {
  return defineChain({
    id: await createPublicClient({ transport: http(url) }).getChainId(),
    name: 'dev',
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [url] } },
  })
}

process.once('uncaughtException', (error) => {
  console.error(error.shortMessage ?? error)
  process.exit(1)
})
