// Of each paymaster what is pinned: hashes and storage, from the compiler's output.
import { keccak256 } from 'viem'

export const pinned = (contracts) => Object.entries(contracts)
  .flatMap(([source, ofSource]) => Object.entries(ofSource).map(([name, contract]) => ({ source, name, ...contract })))
  .filter(({ name, evm }) => name.includes('Paymaster') && evm.bytecode.object !== '')
  .map(({ source, name, evm, storageLayout }) => ({
    contract: name,
    source,
    creationCodeHash: keccak256(`0x${evm.bytecode.object}`),
    runtimeCodeHash: keccak256(`0x${evm.deployedBytecode.object}`),
    runtimeBytes: evm.deployedBytecode.object.length / 2,
    storage: storageLayout.storage.map(({ slot, offset, label, type }) => ({ slot: Number(slot), offset, label, type: storageLayout.types[type].label })),
  }))
