// What every client script needs: where the chain and the bundler are, an owner with money, and plain assertions.
// Usage: node SCRIPT BUNDLER-URL CHAIN-URL [VERSION]
import assert from 'node:assert/strict'
import { createPublicClient, createTestClient, createWalletClient, defineChain, encodeDeployData, getContractAddress, http, pad, parseEther } from 'viem'
import { createBundlerClient, entryPoint06Address, entryPoint07Address, entryPoint08Address } from 'viem/account-abstraction'
import { privateKeyToAccount, generatePrivateKey } from 'viem/accounts'
import { toSimpleSmartAccount } from 'permissionless/accounts'

export const [bundlerUrl, chainUrl, version = '0.7'] = process.argv.slice(2)

const chainId = Number(BigInt((await rpc(chainUrl, 'eth_chainId', [])).result))
export const chain = defineChain({
  id: chainId,
  name: 'dev',
  nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
  rpcUrls: { default: { http: [chainUrl] } },
})

export const publicClient = createPublicClient({ chain, transport: http(chainUrl), pollingInterval: 100 })
export const testClient = createTestClient({ chain, mode: 'anvil', transport: http(chainUrl) })
export const bundlerClient = createBundlerClient({ client: publicClient, transport: http(bundlerUrl), pollingInterval: 100 })

/** The well-known first account of the dev chain. */
export const rich = createWalletClient({
  account: privateKeyToAccount('0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80'),
  chain,
  transport: http(chainUrl),
})

/** A new owner that no other test knows. */
export const newOwner = () => privateKeyToAccount(generatePrivateKey())

export async function fund(address, ether = '1') {
  await testClient.setBalance({ address, value: parseEther(ether) })
}

/** The address of the artifact's contract, put there by the deterministic deployer unless another script already did. */
export async function deploy({ abi, bytecode }, ...args) {
  const deployer = '0x4e59b44847b379578588920cA78FbF26c0B4956C'
  const salt = pad('0x', { size: 32 })
  const initCode = encodeDeployData({ abi, bytecode, args })
  const address = getContractAddress({ opcode: 'CREATE2', from: deployer, salt, bytecode: initCode })
  if (!(await publicClient.getCode({ address }))) {
    const hash = await rich.sendTransaction({ to: deployer, data: salt + initCode.slice(2), gas: 10_000_000n })
    await publicClient.waitForTransactionReceipt({ hash })
    assert.ok(await publicClient.getCode({ address }), `no code at ${address} after ${hash}`)
  }
  return address
}

/** One JSON-RPC call as it is on the wire. */
export async function rpc(url, method, params) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
  return response.json()
}

/** Fails unless the promise is rejected by an error of viem's with this name in its chain of causes. */
export async function raises(name, promise) {
  try {
    await promise
  } catch (error) {
    assert.ok(error.walk?.((cause) => cause.name === name), `expected ${name}, got: ${error.message}`)
    return
  }
  assert.fail(`expected ${name}, but it went through`)
}

/** An account without any funds, with an owner of its own, on the EntryPoint of a version; the dev chain has v0.9's release candidate, whose accounts sign as v0.8's do. */
export async function sponsoredAccount(version) {
  const address = {
    0.6: entryPoint06Address, 0.7: entryPoint07Address, 0.8: entryPoint08Address, 0.9: '0xF57e9E98dA1EeD5f7e4D5c6e76050bB9B3a4e0dA',
  }[version]
  const [shape, factoryAddress] = version === '0.9' ? ['0.8', '0x519B5107474187799bD5B23677093c6BAaE3f30c'] : [version]
  const account = await toSimpleSmartAccount({ client: publicClient, owner: newOwner(), entryPoint: { address, version: shape }, factoryAddress })
  return { account, address }
}

export { assert }
