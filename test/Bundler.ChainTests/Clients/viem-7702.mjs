// An EOA that delegates to a smart account (EIP-7702, EntryPoint v0.8) with viem's own account and with permissionless', unmodified:
// the first operation carries the authorization tuple, the second finds the delegation in place.
import { createRequire } from 'node:module'
import { concat, parseEther } from 'viem'
import { toSimple7702SmartAccount } from 'viem/account-abstraction'
import { to7702SimpleSmartAccount } from 'permissionless/accounts'
import { assert, bundlerClient, deploy, fund, newOwner, publicClient } from './rig.mjs'

const timeout = 30_000
const implementation = await deploy(createRequire(import.meta.url)('aa08/artifacts/Simple7702Account.json'))
const delegation = concat(['0xef0100', implementation]).toLowerCase()

const kinds = {
  'viem': (owner) => toSimple7702SmartAccount({ client: publicClient, owner, implementation }),
  'permissionless': (owner) => to7702SimpleSmartAccount({ client: publicClient, owner, accountLogicAddress: implementation }),
}

for (const [name, toAccount] of Object.entries(kinds)) {
  const owner = newOwner()
  const target = newOwner().address
  const account = await toAccount(owner)
  assert.equal(account.address, owner.address)
  await fund(owner.address)

  // An estimate needs no real tuple: without one viem makes up its signature.
  const estimate = await bundlerClient.estimateUserOperationGas({ account, calls: [{ to: target, value: 1n }] })
  assert.ok(estimate.callGasLimit > 0n && estimate.verificationGasLimit > 0n && estimate.preVerificationGas > 0n)

  // A tuple for a nonce that the EOA does not have.
  const gas = { callGasLimit: 100_000n, verificationGasLimit: 200_000n, preVerificationGas: 200_000n }
  const early = await owner.signAuthorization({ address: implementation, chainId: publicClient.chain.id, nonce: 7 })
  await assert.rejects(
    bundlerClient.sendUserOperation({ account, calls: [{ to: target, value: 1n }], authorization: early, ...gas }),
    /expected 0, got 7/)

  // The first operation brings the delegation.
  const transactionCount = await publicClient.getTransactionCount({ address: owner.address })
  const authorization = await owner.signAuthorization({ address: implementation, chainId: publicClient.chain.id, nonce: transactionCount })
  const first = await bundlerClient.sendUserOperation({ account, calls: [{ to: target, value: parseEther('0.01') }], authorization })
  const receipt = await bundlerClient.waitForUserOperationReceipt({ hash: first, timeout })
  assert.equal(receipt.success, true)
  assert.equal(receipt.sender, owner.address)
  assert.equal(await publicClient.getCode({ address: owner.address }), delegation)
  assert.equal(await publicClient.getBalance({ address: target }), parseEther('0.01'))
  assert.equal((await publicClient.getTransaction({ hash: receipt.receipt.transactionHash })).type, 'eip7702')

  const found = await bundlerClient.getUserOperation({ hash: first })
  assert.equal(found.userOperation.sender, owner.address)
  assert.equal(found.transactionHash, receipt.receipt.transactionHash)

  // The second one needs no tuple.
  const second = await bundlerClient.sendUserOperation({ account, calls: [{ to: target, value: 3n }, { to: target, data: '0x01' }] })
  assert.equal((await bundlerClient.waitForUserOperationReceipt({ hash: second, timeout })).success, true)
  assert.equal(await publicClient.getBalance({ address: target }), parseEther('0.01') + 3n)

  // The tuple of the first operation is stale now: the chain counted it.
  await assert.rejects(
    bundlerClient.sendUserOperation({ account, calls: [{ to: target, value: 1n }], authorization, ...gas }),
    /expected 1, got 0/)

  console.log(`a delegated EOA with ${name}: ok`)
}
process.exit(0)
